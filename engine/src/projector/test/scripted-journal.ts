/**
 * A journal made up for tests: command `n` has one execution, one order state, one tick and one bar, all following from `n`
 * alone, as the real one's rows follow from its commands.
 */
import type { ProjectionBatch, RowSource, TableRows } from "../row-source.js";

/** 2024-08-08 07:00:00 UTC. */
export const START_MS = Date.UTC(2024, 7, 8, 7);
/** So that a hundred commands pass a midnight. */
const COMMAND_MS = 15 * 60_000;
const ORDER_COUNT = 10;

export class ScriptedJournal {
  headSeq = 0;
  /** Rows that are put in place of a command's rows. */
  readonly broken = new Map<number, ProjectionBatch["tables"]>();
  openCount = 0;
  engineId = "00112233445566778899aabbccddeeff";

  open(fromSeq: number): RowSource {
    this.openCount++;
    let seq = fromSeq;
    return {
      engineId: this.engineId,
      tsNs: fromSeq === 0 ? "0" : nsOf(fromSeq),
      next: (commandCountMax, upToSeq = this.headSeq) => {
        const toSeq = Math.min(this.headSeq, seq + commandCountMax, upToSeq);
        if (toSeq === seq) return undefined;
        const batch = this.#batch(seq, toSeq);
        seq = toSeq;
        return batch;
      },
      close: () => undefined,
    };
  }

  #batch(fromSeq: number, toSeq: number): ProjectionBatch {
    const broken = this.broken.get(toSeq);
    const times = { firstTsNs: nsOf(fromSeq + 1), toTsNs: nsOf(toSeq) };
    if (broken !== undefined) return { fromSeq, toSeq, tables: broken, rowCount: 1, ...times };
    const seqs = Array.from({ length: toSeq - fromSeq }, (_, index) => fromSeq + index + 1);
    const orders = [...new Map(seqs.map((seq) => [orderOf(seq), seq])).values()];
    // The first commands bring an order each.
    const [known, added] = [orders.filter((seq) => orderOf(seq) <= fromSeq), orders.filter((seq) => orderOf(seq) > fromSeq)];
    const tables = {
      executions: copied(seqs.map(executionRow)),
      orders: { ...copied(added.map(orderRow)), ...replaced(known.map(orderRow)) },
      ticks: copied(seqs.map(tickRow)),
      bars: replaced(seqs.map(barRow)),
    };
    return { fromSeq, toSeq, tables, rowCount: seqs.length * 3 + orders.length, ...times };
  }
}

type Values = readonly (string | number)[];

const copied = (rows: readonly Values[]): TableRows =>
  rows.length === 0 ? {} : { copied: Buffer.from(rows.map((values) => `${values.map(copyField).join("\t")}\n`).join("")) };
const copyField = (value: string | number): string => String(value).replaceAll("\\", "\\\\").replaceAll("\t", "\\t");

const replaced = (rows: readonly Values[]): TableRows => {
  const columns = rows[0]?.map((_, index) => `{${rows.map((values) => arrayItem(values[index] ?? "")).join(",")}}`);
  return columns === undefined ? {} : { replaced: columns };
};
const arrayItem = (value: string | number): string =>
  /^\d+$/.test(String(value)) ? String(value) : `"${String(value).replace(/["\\]/g, "\\$&")}"`;

const msOf = (seq: number): number => START_MS + seq * COMMAND_MS;
const nsOf = (seq: number): string => `${msOf(seq)}000000`;
const timeOf = (seq: number): string => new Date(msOf(seq)).toISOString();
const orderOf = (seq: number): number => ((seq - 1) % ORDER_COUNT) + 1;
/** What a client may call an order: what COPY and arrays would misread. */
export const NAME = 'a\\b\tc"';

/** The terms of a plain order: no trigger, trail, display, cash, end, post-only; not reduce-only; the newest ends; working; in no list. */
const PLAIN_TERMS = [0, 0, 0, 0, 0, 0, 0, 0, "f", 2, 0, 0, "t", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const orderRow = (seq: number): Values => [
  ...[orderOf(seq), 1001, 7, NAME, 1, 2, 1, 1, 0, 100, 1000, seq, 100, 5, 9, nsOf(seq), nsOf(seq), seq],
  ...PLAIN_TERMS,
];

const executionRow = (seq: number): Values => [
  ...[seq, 0, nsOf(seq), timeOf(seq), 1001, seq, seq, orderOf(seq), 7, NAME, "", 1, 1, 0, 1, 2, 1, 100, 1000],
  ...[0, 100, 0, 0, 0, 0, 0, 0, "t", 9, nsOf(seq), ...PLAIN_TERMS, 0, 0, ""],
];

const tickRow = (seq: number): Values => [seq, 1, nsOf(seq), nsOf(seq), timeOf(seq), 7, 1000 + seq, 3, 1, seq, "f"];

const barRow = (seq: number): Values => [7, 60, nsOf(seq), timeOf(seq), 1, 4, 0, 2, seq, 1, "f", seq];
