/** Everything that the database holds of the driver's account, as entries for the judge: a long run's reports are too many for one. */
import { setTimeout as sleep } from "node:timers/promises";
import { PAPER_ACCOUNT as ACCOUNT } from "../paper-account.js";
import type { Sql } from "../postgres/connect.js";
import type { Entry, Report, StoredOrder } from "./client-log.js";

const QUIET_MS = 300;
const PART_ROWS = 10_000;

interface Row {
  readonly [column: string]: bigint | number | string;
}

/** Reads it once the projector has nothing more to write. */
export async function* readEverything(sql: Sql): AsyncGenerator<Entry> {
  await settled(sql);
  const executions = sql<Row[]>`
    SELECT account_seq, exec_id, exec_type, order_id, cl_ord_id, orig_cl_ord_id, ord_status, instrument_id, side, order_qty_lots,
      price_ticks, cum_qty_lots, leaves_qty_lots, last_qty_lots, last_px_ticks, last_fee_minor, reason
    FROM executions WHERE account_id = ${ACCOUNT} ORDER BY account_seq`;
  for await (const rows of executions.cursor(PART_ROWS)) yield { t: "stored", executions: rows.map(reportOf) };
  const orders = await sql<Row[]>`
    SELECT order_id, cl_ord_id, ord_status, order_qty_lots, price_ticks, cum_qty_lots FROM orders WHERE account_id = ${ACCOUNT}`;
  const positions = await sql<Row[]>`SELECT instrument_id, qty_lots FROM positions WHERE account_id = ${ACCOUNT}`;
  const sums = await sql<Row[]>`SELECT currency_id, sum(amount_minor)::text AS sum FROM ledger GROUP BY currency_id`;
  yield {
    t: "everything",
    orders: orders.map(orderOf),
    positions: positions.map((row) => ({ instrument: Number(row.instrument_id), qty: String(row.qty_lots) })),
    ledgerSums: Object.fromEntries(sums.map((row) => [String(row.currency_id), String(row.sum)])),
  };
}

/** Nothing new of the account for a while: market data may go on for ever. */
async function settled(sql: Sql): Promise<void> {
  let before = "";
  for (;;) {
    const [row] = await sql<Row[]>`SELECT coalesce(max(account_seq), 0) AS last FROM executions WHERE account_id = ${ACCOUNT}`;
    const last = String(row?.last);
    if (last === before) return;
    before = last;
    await sleep(QUIET_MS);
  }
}

const reportOf = (row: Row): Report => ({
  accountSeq: Number(row.account_seq),
  execId: String(row.exec_id),
  execType: Number(row.exec_type),
  orderId: String(row.order_id),
  clOrdId: String(row.cl_ord_id),
  origClOrdId: String(row.orig_cl_ord_id),
  ordStatus: Number(row.ord_status),
  instrument: Number(row.instrument_id),
  side: Number(row.side),
  orderQty: String(row.order_qty_lots),
  price: String(row.price_ticks),
  cumQty: String(row.cum_qty_lots),
  leavesQty: String(row.leaves_qty_lots),
  lastQty: String(row.last_qty_lots),
  lastPx: String(row.last_px_ticks),
  lastFee: String(row.last_fee_minor),
  reason: Number(row.reason),
});

const orderOf = (row: Row): StoredOrder => ({
  orderId: String(row.order_id),
  clOrdId: String(row.cl_ord_id),
  ordStatus: Number(row.ord_status),
  orderQty: String(row.order_qty_lots),
  price: String(row.price_ticks),
  cumQty: String(row.cum_qty_lots),
});
