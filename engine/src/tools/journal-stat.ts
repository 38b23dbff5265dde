/** `jware journal stat`: what is in a journal, counted. */
import type { Spread } from "@jware/core-native";
import { rateText, refuseDamage, timeText, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { journalDir, readArgs } from "./tool-args.js";

const NS_PER_S = 1e9;
const MIB = 2 ** 20;

export const journalStat: Tool = {
  words: "journal stat",
  summary: "counts commands, bytes, batches, rates",
  usage: [
    "  jware journal stat [DIR | --data-dir D] [--json]",
    "  Exit codes: 0, 74 it cannot be read, 78 damaged, no journal, or one of another core version.",
  ].join("\n"),
  async run(args, screen) {
    const dir = journalDir(readArgs(args, ["data-dir"]));
    const { report, seconds } = await walkThrough({ dir, decode: true }, screen);
    const fileBytes = report.segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const spanS = Number(BigInt(report.lastTsNs) - BigInt(report.firstTsNs)) / NS_PER_S;
    const { busiestSecond } = report;
    const width = Math.max(...report.kinds.map(({ name }) => name.length), 7);
    const row = (name: string, records: number, bytes: number) =>
      `  ${name.padEnd(width)} ${records.toLocaleString("en").padStart(12)} ${bytes.toLocaleString("en").padStart(14)} ${(bytes / Math.max(records, 1)).toFixed(0).padStart(8)}`;
    const spread = ({ min, p50, p90, p99, max }: Spread) =>
      min === null ? "none" : `least ${min}, p50 ${p50}, p90 ${p90}, p99 ${p99}, most ${max}`;
    const text = [
      `segments ${report.segments.length}, ${(fileBytes / MIB).toFixed(1)} MiB of files, ${(report.usedBytes / MIB).toFixed(1)} MiB used`,
      `sequence ${report.firstSeq} to ${report.lastSeq}`,
      `time     ${timeText(report.firstTsNs)} to ${timeText(report.lastTsNs)} (${spanS.toFixed(1)} s)`,
      `rates    ${(report.recordCount / Math.max(spanS, 1)).toFixed(1)} records/s over all, ${busiestSecond.records.toLocaleString("en")} in the busiest second (${timeText(busiestSecond.tsNs)})`,
      `batches  ${report.batchCount.toLocaleString("en")} and ${report.sealCount.toLocaleString("en")} seals`,
      `  records in each: ${spread(report.batchRecords)}`,
      `  bytes of each:   ${spread(report.batchBytes)}`,
      "",
      `  ${"command".padEnd(width)} ${"records".padStart(12)} ${"payload bytes".padStart(14)} ${"each".padStart(8)}`,
      ...report.kinds.map(({ name, records, payloadBytes }) => row(name, records, payloadBytes)),
      row("all", report.recordCount, report.payloadBytes),
      "",
      rateText(report.recordCount, seconds),
    ];
    screen.result({ ...report, dir, seconds }, text.join("\n"));
    refuseDamage(report);
    return EXIT.OK;
  },
};
