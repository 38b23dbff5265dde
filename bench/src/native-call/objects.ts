/**
 * Why answers are bytes: what it costs to make an object of one. A report of eight fields is read in place; decoded into an object; parsed
 * from JSON text into an object; and its 64-bit fields read as BigInts. The hot path does the first, and only of the header.
 */
import { figureOf, ratiosOf, type SuiteResult } from "../figure.js";
import type { RunOptions } from "../suite.js";
import { type Task, timeInTurn } from "./rounds.js";

const READS_PER_SAMPLE = 256;
const TWO_POW_32 = 4_294_967_296;
const FIELD_BYTES = 8;
const REPORT = { seq: 7, orderId: 11, account: 1_001, instrument: 9_001, price: 10_000, qty: 25, leaves: 5, status: 2 };
const NAMES = Object.keys(REPORT) as (keyof typeof REPORT)[];
const SUM = Object.values(REPORT).reduce((sum, value) => sum + value, 0);

export async function objects(rounds: number, options: RunOptions): Promise<SuiteResult> {
  const bytes = new ArrayBuffer(NAMES.length * FIELD_BYTES);
  const view = new DataView(bytes);
  for (const [index, name] of NAMES.entries()) view.setBigUint64(index * FIELD_BYTES, BigInt(REPORT[name]), true);
  const text = JSON.stringify(REPORT);
  const field = (index: number): number =>
    view.getUint32(index * FIELD_BYTES, true) + view.getUint32(index * FIELD_BYTES + 4, true) * TWO_POW_32;
  const kept: unknown[] = new Array(READS_PER_SAMPLE);
  let wrongCount = 0;
  const task = (name: string, sumOf: (slot: number) => number): Task => ({
    name,
    per: READS_PER_SAMPLE,
    run: () => {
      for (let slot = 0; slot < READS_PER_SAMPLE; slot++) if (sumOf(slot) !== SUM) wrongCount += 1;
    },
  });
  const keep = (slot: number, made: typeof REPORT): number => {
    // Kept for a while, so that it is really made.
    kept[slot] = made;
    return made.seq + made.orderId + made.account + made.instrument + made.price + made.qty + made.leaves + made.status;
  };
  const tasks = [
    task("fields read in place", () => {
      let sum = 0;
      for (let index = 0; index < NAMES.length; index++) sum += field(index);
      return sum;
    }),
    task("a fresh object", (slot) => {
      const [seq, orderId, account, instrument] = [field(0), field(1), field(2), field(3)];
      return keep(slot, {
        seq,
        orderId,
        account,
        instrument,
        price: field(4),
        qty: field(5),
        leaves: field(6),
        status: field(7),
      });
    }),
    task("BigInts", () => {
      let sum = 0n;
      for (let index = 0; index < NAMES.length; index++) sum += view.getBigUint64(index * FIELD_BYTES, true);
      return Number(sum);
    }),
    task("an object from JSON", (slot) => keep(slot, JSON.parse(text) as typeof REPORT)),
  ];
  const timed = await timeInTurn(tasks, rounds, options);
  const inPlace = timed[0]?.ns ?? [];
  return {
    figures: timed.flatMap(({ name, ns, n }, index) => [
      figureOf(`answer of 8 fields: ${name}`, "ns, two places", ns, undefined, { n }),
      ...(index === 0
        ? []
        : [
            figureOf(`answer of 8 fields: ${name} / read in place`, "ratio", ratiosOf(ns, inPlace), { better: "lower" as const }),
          ]),
    ]),
    checks: [{ name: "answers read alike", passed: wrongCount === 0, detail: `${wrongCount} sums of fields were wrong` }],
  };
}
