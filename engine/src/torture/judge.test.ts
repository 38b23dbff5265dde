/** The judge hears an honest log, and then the same log with one lie in it. */
import { ExecReason, ExecType, OrdStatus } from "@jware/schemas/wire";
import { expect, it } from "vitest";
import type { Entry, Report, StoredOrder } from "./client-log.js";
import { judge } from "./judge.js";

const base = {
  clOrdId: "a",
  origClOrdId: "",
  instrument: 1,
  side: 1,
  orderQty: "10",
  price: "100",
  lastQty: "0",
  lastPx: "0",
  lastFee: "0",
  reason: 0,
};
const report = (accountSeq: number, changes: Partial<Report> = {}): Report => ({
  ...base,
  ...{ accountSeq, execId: String(accountSeq * 10), execType: ExecType.New, orderId: "1", ordStatus: OrdStatus.New },
  ...{ cumQty: "0", leavesQty: "10" },
  ...changes,
});
const trade = { execType: ExecType.Trade, ordStatus: OrdStatus.PartiallyFilled, lastQty: "4", lastPx: "100", lastFee: "2" };
const canceled = { execType: ExecType.Canceled, ordStatus: OrdStatus.Canceled, leavesQty: "0" };
const sent = (kind: "new" | "cancel" | "replace" | "massCancel", clOrdId: string, more = {}, again = false): Entry => ({
  ...{ t: "sent", kind, clOrdId, again },
  ...more,
});
const told = (each: Report): Entry => ({ t: "report", ...each });

const accepted = report(1);
const filled = report(2, { ...trade, cumQty: "4", leavesQty: "6" });
const replaced = report(4, {
  execType: ExecType.Replaced,
  clOrdId: "r",
  origClOrdId: "a",
  orderQty: "12",
  cumQty: "4",
  leavesQty: "8",
});
const ended = report(5, { ...canceled, clOrdId: "r", orderQty: "12", cumQty: "4" });
/** Accepted unseen: its answer was lost with the connection, before event 6 was told. */
const unseen = report(6, { orderId: "2", clOrdId: "b" });
const unseenEnd = report(7, { ...canceled, orderId: "2", clOrdId: "b" });
const status = (of: Report): Entry => told({ ...of, accountSeq: 6, execType: ExecType.Status, execId: "0" });
const orders: readonly StoredOrder[] = [
  { orderId: "1", clOrdId: "r", ordStatus: OrdStatus.Canceled, orderQty: "12", price: "100", cumQty: "4" },
  { orderId: "2", clOrdId: "b", ordStatus: OrdStatus.Canceled, orderQty: "10", price: "100", cumQty: "0" },
];
const everything = {
  executions: [accepted, filled, replaced, ended, unseen, unseenEnd],
  orders,
  positions: [{ instrument: 1, qty: "4" }],
  ledgerSums: { "1": "0" },
};
const fill = { execId: "20", orderId: "1", side: "buy", qty: "4", price: "100" };

/** As the database is read: the reports in parts, then the rest. */
const stored = ({ executions, ...rest }: typeof everything): readonly Entry[] => [
  { t: "stored", executions: executions.slice(0, 4) },
  { t: "stored", executions: executions.slice(4) },
  { t: "everything", ...rest },
];

const LOG: readonly Entry[] = [
  { t: "snapshot", accountSeq: 0, orders: [], positions: [] },
  sent("new", "a", { orderQty: "10", price: "100" }),
  told(accepted),
  told(filled),
  { t: "position", accountSeq: 3, instrument: 1, qty: "4" },
  sent("replace", "r", { orderId: "1" }),
  told(replaced),
  { t: "limitSent", max: "5" },
  { t: "limitAnswered", max: "5" },
  { t: "limitSent", max: "6" },
  sent("cancel", "c", { orderId: "1" }),
  told(ended),
  sent("new", "b", { orderQty: "10", price: "100" }),
  { t: "lost" },
  { t: "snapshot", accountSeq: 6, orders: [unseen], positions: [{ instrument: 1, qty: "4" }] },
  { t: "limitFound", max: "6" },
  sent("new", "b", { orderQty: "10", price: "100" }, true),
  status(unseen),
  sent("massCancel", "m"),
  told(unseenEnd),
  { t: "massCanceled", clOrdId: "m", count: 1 },
  { t: "fillsListed", afterExecId: "0", upToExecId: "20", fills: [fill] },
];
const HONEST: readonly Entry[] = [...LOG, ...stored(everything)];

const ASKING: Entry = { t: "logon", cancelOnDisconnect: true };

/** The honest log with entries of some kind changed; a change to nothing leaves it out. */
const lying = (change: (entry: Entry, index: number) => readonly Entry[]): string[] => [...judge(HONEST.flatMap(change))];
const instead = (index: number, ...entries: readonly Entry[]): string[] => lying((each, at) => (at === index ? entries : [each]));
const atEnd = (changes: Partial<typeof everything>): string[] => [...judge([...LOG, ...stored({ ...everything, ...changes })])];
const SNAPSHOT = 14;

it("finds nothing in an honest log", () => {
  expect(judge(HONEST)).toEqual([]);
});

it("takes what happens to an order for the answer to it, where the answer was lost and it was not asked for again", () => {
  expect(lying((each, at) => (at === 16 || at === 17 ? [] : [each]))).toEqual([]);
});

it("takes what happens under a replace's name for the answer to it, where that was lost and the snapshot has it", () => {
  const lost: Entry = { t: "lost" };
  const snapshot: Entry = { t: "snapshot", accountSeq: 4, orders: [replaced], positions: [{ instrument: 1, qty: "4" }] };
  expect(instead(6, lost, snapshot)).toEqual([]);
});

/** The honest log, where order 1 ends under another name. */
const endedAs = (clOrdId: string): string[] => {
  const end = { ...ended, clOrdId };
  const executions = everything.executions.map((each) => (each === ended ? end : each));
  const log = LOG.flatMap((each, at) => (at === 11 ? [sent("cancel", "d", { orderId: "2" }), told(end)] : [each]));
  return [...judge([...log, ...stored({ ...everything, executions })])];
};

it("takes the name of its cancel for an order's, once that has ended it", () => {
  expect(endedAs("c")).toEqual([]);
});

it.each<[string, readonly string[], RegExp]>([
  ["an order ends under the name of another one's cancel", endedAs("d"), /1 is d for 12 at 100, without a replace/],
  ["an acknowledged order is lost", atEnd({ orders: orders.slice(1) }), /was acknowledged, and is lost/],
  ["its report is lost", atEnd({ executions: everything.executions.slice(1) }), /event 1 \(a\) was told, and is not stored/],
  [
    "the account goes back",
    instead(SNAPSHOT, { t: "snapshot", accountSeq: 4, orders: [replaced], positions: [{ instrument: 1, qty: "4" }] }),
    /is at event 4, but 5 was told/,
  ],
  [
    "an order is gone without an event",
    instead(11, { t: "lost" }, { t: "snapshot", accountSeq: 4, orders: [], positions: [{ instrument: 1, qty: "4" }] }),
    /1 was live, and is gone without an event/,
  ],
  [
    "a cancel is undone",
    instead(SNAPSHOT, { t: "snapshot", accountSeq: 6, orders: [replaced, unseen], positions: [] }),
    /1 is live again/,
  ],
  [
    "a fill is told twice",
    lying((each) => (each.t === "report" && each.execType === ExecType.Trade ? [each, each] : [each])),
    /fill 20 was told twice/,
  ],
  [
    "a fill is listed twice",
    instead(LOG.length - 1, { t: "fillsListed", afterExecId: "0", upToExecId: "20", fills: [fill, fill] }),
    /1 fills are listed twice/,
  ],
  [
    "a fill is not listed",
    instead(LOG.length - 1, { t: "fillsListed", afterExecId: "0", upToExecId: "20", fills: [] }),
    /fill 20 was told, and is not listed/,
  ],
  [
    "a fill is altered in the list",
    instead(LOG.length - 1, { t: "fillsListed", afterExecId: "0", upToExecId: "20", fills: [{ ...fill, price: "101" }] }),
    /listed as 4 at 101, but 4 at 100 was told/,
  ],
  [
    "a fill is altered where it is stored",
    atEnd({ executions: everything.executions.map((each) => (each === filled ? { ...each, lastFee: "3" } : each)) }),
    /event 2 is stored as/,
  ],
  [
    "a fill is stored twice",
    atEnd({ executions: [...everything.executions, { ...filled, accountSeq: 8 }] }),
    /shares its exec_id 20 with another/,
  ],
  [
    "two reports are stored at one place",
    atEnd({ executions: [...everything.executions, { ...unseenEnd, execId: "80" }] }),
    /event 7 is stored at or before 7/,
  ],
  [
    "an order has filled less than was told",
    instead(SNAPSHOT, { t: "snapshot", accountSeq: 6, orders: [{ ...replaced, cumQty: "3" }, unseen], positions: [] }),
    /has 3 filled, but 4 was told/,
  ],
  [
    "a replace is undone",
    instead(11, { t: "lost" }, { t: "snapshot", accountSeq: 4, orders: [filled], positions: [{ instrument: 1, qty: "4" }] }),
    /is for 10 at 100, not 12 at 100/,
  ],
  [
    "an unanswered order is carried out twice",
    instead(17, told(report(7, { orderId: "3", clOrdId: "b" }))),
    /b was accepted twice/,
  ],
  [
    "the stored history has it twice",
    atEnd({ executions: [...everything.executions, report(8, { orderId: "3", clOrdId: "b" })] }),
    /b was carried out 2 times/,
  ],
  [
    "an order that exists is refused",
    instead(17, { t: "refusal", clOrdId: "b", rule: "INSUFFICIENT_FUNDS" }),
    /b exists, and was refused/,
  ],
  [
    "its own content is called another",
    instead(17, { t: "refusal", clOrdId: "b", rule: "DUPLICATE_CLORDID" }),
    /refused as another/,
  ],
  [
    "an order is renamed by something else than a replace",
    lying((each) => (each === HONEST[6] ? [told({ ...replaced, execType: ExecType.Restated })] : [each])),
    /1 is r for 12 at 100, without a replace of a for 10 at 100/,
  ],
  [
    "a request is never answered",
    instead(16, sent("new", "x", { orderQty: "10", price: "100" })),
    /x \(new\) was never answered/,
  ],
  ["a mass cancel leaves an order", instead(19), /2 is live after m canceled everything/],
  ["an order nobody asked for", instead(1), /a was accepted, but nobody asked for it/],
  ["an event is missing", instead(3), /event 3 came after event 1/],
  [
    "a position is not the sum of its fills",
    instead(4, { t: "position", accountSeq: 3, instrument: 1, qty: "5" }),
    /is 5, but its fills sum to 4/,
  ],
  ["the stored position is not", atEnd({ positions: [{ instrument: 1, qty: "5" }] }), /is 1 away from the sum of its fills/],
  ["the ledger does not sum to zero", atEnd({ ledgerSums: { "1": "7" } }), /the ledger in 1 sums to 7/],
  ["a limit is forgotten", instead(15, { t: "limitFound", max: null }), /the limit is null, but 5 was acknowledged/],
  [
    "an order by REST left no trace",
    instead(1, sent("new", "a"), sent("new", "x"), { t: "restTaken", clOrdId: "x", orderId: "9" }),
    /x was acknowledged, and left no trace/,
  ],
  [
    "an order outlives a connection that asked for its end",
    lying((each, at) => (at === 0 ? [ASKING, each] : [each])),
    /2 is live, though the connection that it came by asked/,
  ],
  [
    "an order ended with a connection that had not asked",
    atEnd({
      executions: everything.executions.map((each) => (each === unseenEnd ? { ...each, reason: ExecReason.Disconnect } : each)),
    }),
    /2 ended with a connection that did not ask/,
  ],
])("hears that %s", (_, found, sentence) => {
  expect(found.join("\n")).toMatch(sentence);
});

it("leaves open what becomes of an order that was sent by two connections, one of which asked", () => {
  const [disconnected, before] = [{ ...unseenEnd, reason: ExecReason.Disconnect }, HONEST.slice(0, SNAPSHOT)];
  const executions = everything.executions.map((each) => (each === unseenEnd ? disconnected : each));
  const after = [
    ...LOG.slice(SNAPSHOT).map((each) => (each.t === "report" && each.accountSeq === 7 ? told(disconnected) : each)),
  ];
  expect(judge([...before, ASKING, ...after, ...stored({ ...everything, executions })])).toEqual([]);
});
