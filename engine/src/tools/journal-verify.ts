/** `jware journal verify`: every check that a start makes, on every byte, without a lock and without a change. */
import { damageLines, rateText, timeText, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { journalDir, readArgs } from "./tool-args.js";

export const journalVerify: Tool = {
  words: "journal verify",
  summary: "checks every byte of a journal, also beside a running platform",
  usage: [
    "  jware journal verify [DIR | --data-dir D] [--json]",
    "  DIR is the journal's folder; without it that of the data folder (default .jware).",
    "  Exit codes: 0 sound (a torn end counts as sound: none of it was acknowledged), 1 damaged, 74 it cannot be read,",
    "  78 no journal, or one that this program does not read.",
  ].join("\n"),
  async run(args, screen) {
    const dir = journalDir(readArgs(args, ["data-dir"]));
    const { report, seconds } = await walkThrough({ dir }, screen);
    const torn = report.tornTail;
    const text = [
      `segments ${report.segments.length}, core version ${report.coreVersion}, engine ${report.engineId}`,
      `records  ${report.recordCount.toLocaleString("en")}, sequence ${report.firstSeq} to ${report.lastSeq}`,
      ...(report.recordCount === 0 ? [] : [`time     ${timeText(report.firstTsNs)} to ${timeText(report.lastTsNs)}`]),
      ...(torn === null
        ? []
        : [
            `torn end ${torn.bytes} bytes at offset ${torn.offset} of ${torn.file}: ${torn.reason}.`,
            "         None of it was acknowledged; the next start keeps a copy and cuts it off. (Or it is being written now.)",
          ]),
      ...damageLines(report),
      ...(report.damage === null ? [`sound    ${rateText(report.recordCount, seconds)}`] : []),
    ];
    screen.result({ ...report, dir, seconds }, text.join("\n"));
    return report.damage === null ? EXIT.OK : EXIT.NOT_SO;
  },
};
