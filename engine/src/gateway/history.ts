/**
 * What is over, read from the projection: closed orders, executions, closed bars.
 *
 * The projector lags the core by some milliseconds. A reader that must see its own last order waits for the watermark first,
 * 250 ms at most; then it gets what is there.
 */
import type { Static } from "@fastify/type-provider-typebox";
import type { Sql } from "../postgres/connect.js";
import { formatFillAverage, formatPrice, formatQty, formatQuoteMoney, type InstrumentCatalog } from "./instrument-catalog.js";
import {
  EXEC_REASON_NAMES,
  EXEC_TYPE_NAMES,
  nameOf,
  ORD_STATUS_NAMES,
  ORD_TYPE_NAMES,
  SIDE_NAMES,
  TIME_IN_FORCE_NAMES,
  type OrderFacts,
} from "./order-answer.js";
import { msOfNs } from "./order-json.js";
import type { Execution, ExecutionJson } from "./shapes.js";

const WATERMARK_WAIT_MS = 250;
const WATERMARK_POLL_MS = 10;
const LIQUIDITY_NAMES = { 0: null, 1: "maker", 2: "taker" } as const;
const EXEC_TYPE_TRADE = 2;

interface OrderColumns {
  readonly order_id: bigint;
  readonly instrument_id: bigint;
  readonly cl_ord_id: string;
  readonly side: number;
  readonly ord_type: number;
  readonly time_in_force: number;
  readonly ord_status: number;
  readonly reason: number;
  readonly order_qty_lots: bigint;
  readonly price_ticks: bigint;
  readonly cum_qty_lots: bigint;
  readonly leaves_qty_lots: bigint;
  readonly cum_lot_ticks: bigint;
  readonly created_ts_ns: bigint;
}

interface ExecutionRow extends OrderColumns {
  readonly seq: bigint;
  readonly idx: number;
  readonly ts_ns: bigint;
  readonly exec_id: bigint;
  readonly exec_type: number;
  readonly last_qty_lots: bigint;
  readonly last_px_ticks: bigint;
  readonly last_fee_minor: bigint;
  readonly liquidity: number;
  readonly trade_id: bigint;
}

interface BarColumns {
  readonly open_ts_ns: bigint;
  readonly open_ticks: bigint;
  readonly high_ticks: bigint;
  readonly low_ticks: bigint;
  readonly close_ticks: bigint;
  readonly volume_lots: bigint;
  readonly trade_count: bigint;
}

export interface BarRow {
  readonly openTsMs: number;
  readonly openTicks: bigint;
  readonly highTicks: bigint;
  readonly lowTicks: bigint;
  readonly closeTicks: bigint;
  readonly volumeLots: bigint;
  readonly tradeCount: number;
}

export interface ExecutionPage {
  readonly executions: ExecutionJson[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
}

export class History {
  readonly #sql: Sql;
  readonly #catalog: InstrumentCatalog;

  constructor(sql: Sql, catalog: InstrumentCatalog) {
    this.#sql = sql;
    this.#catalog = catalog;
  }

  /** Waits until the projection has come to `seq`, but not for long. Returns whether it has. */
  async awaitProjection(seq: number): Promise<boolean> {
    const deadline = performance.now() + WATERMARK_WAIT_MS;
    for (;;) {
      const [row] = await this.#sql<{ last_seq: bigint }[]>`SELECT last_seq FROM projection_watermark WHERE stream = 'core'`;
      if (Number(row?.last_seq ?? 0) >= seq) return true;
      if (performance.now() >= deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, WATERMARK_POLL_MS));
    }
  }

  /** Orders that are done, newest first. */
  async closedOrders(account: number, limit: number): Promise<OrderFacts[]> {
    const rows = await this.#sql<OrderColumns[]>`
      SELECT order_id, instrument_id, cl_ord_id, side, ord_type, time_in_force, ord_status, reason, order_qty_lots, price_ticks,
             cum_qty_lots, leaves_qty_lots, cum_lot_ticks, created_ts_ns
      FROM orders WHERE account_id = ${account} AND ord_status IN (3, 4, 5)
      ORDER BY created_ts_ns DESC, order_id DESC LIMIT ${limit}`;
    return rows.map(orderFacts);
  }

  /** Execution reports, newest first; `before` is the cursor of a page. */
  async executions(
    account: number,
    accountName: string,
    options: { readonly limit: number; readonly before?: string | undefined; readonly tradesOnly: boolean },
  ): Promise<ExecutionPage> {
    const [tsNs, seq, idx] = (options.before ?? "").split(".");
    const after =
      idx === undefined
        ? this.#sql``
        : this.#sql`AND (ts_ns, seq, idx) < (${tsNs ?? 0}::bigint, ${seq ?? 0}::bigint, ${idx}::integer)`;
    const kind = options.tradesOnly ? this.#sql`AND exec_type = ${EXEC_TYPE_TRADE}` : this.#sql``;
    const rows = await this.#sql<ExecutionRow[]>`
      SELECT seq, idx, ts_ns, exec_id, exec_type, last_qty_lots, last_px_ticks, last_fee_minor, liquidity, trade_id,
             order_id, instrument_id, cl_ord_id, side, ord_type, time_in_force, ord_status, reason, order_qty_lots, price_ticks,
             cum_qty_lots, leaves_qty_lots, cum_lot_ticks, created_ts_ns
      FROM executions WHERE account_id = ${account} ${after} ${kind}
      ORDER BY ts_ns DESC, seq DESC, idx DESC LIMIT ${options.limit}`;
    const last = rows.length === options.limit ? rows.at(-1) : undefined;
    return {
      executions: rows.flatMap((row) => this.#execution(row, accountName)),
      next: last === undefined ? null : `${last.ts_ns}.${last.seq}.${last.idx}`,
    };
  }

  /** Closed bars with `fromTsMs <= openTsMs < toTsMs`, oldest first, the newest `limit` of them. */
  async bars(instrument: number, intervalS: number, fromTsMs: number, toTsMs: number, limit: number): Promise<BarRow[]> {
    const rows = await this.#sql<BarColumns[]>`
      SELECT open_ts_ns, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots, trade_count FROM bars
      WHERE instrument_id = ${instrument} AND interval_s = ${intervalS} AND closed
        AND open_ts >= to_timestamp(${fromTsMs}::bigint / 1000.0) AND open_ts < to_timestamp(${toTsMs}::bigint / 1000.0)
      ORDER BY open_ts DESC LIMIT ${limit}`;
    return rows.reverse().map((row) => ({
      openTsMs: msOfNs(row.open_ts_ns),
      openTicks: row.open_ticks,
      highTicks: row.high_ticks,
      lowTicks: row.low_ticks,
      closeTicks: row.close_ticks,
      volumeLots: row.volume_lots,
      tradeCount: Number(row.trade_count),
    }));
  }

  #execution(row: ExecutionRow, account: string): Static<typeof Execution>[] {
    const instrument = this.#catalog.byId(Number(row.instrument_id));
    if (instrument === undefined) return [];
    const order = orderFacts(row);
    const isFill = row.exec_type === EXEC_TYPE_TRADE;
    return [
      {
        execId: row.exec_id.toString(),
        orderId: order.orderId,
        clOrdId: order.clOrdId,
        account,
        symbol: instrument.symbol,
        side: order.side,
        execType: nameOf(EXEC_TYPE_NAMES, row.exec_type),
        ordStatus: order.ordStatus,
        reason: order.reason,
        lastQty: isFill ? formatQty(row.last_qty_lots, instrument) : null,
        lastPx: isFill ? formatPrice(row.last_px_ticks, instrument) : null,
        fee: isFill ? formatQuoteMoney(row.last_fee_minor, instrument) : null,
        feeCurrency: instrument.quoteCurrency,
        liquidity: LIQUIDITY_NAMES[row.liquidity as 0 | 1 | 2] ?? null,
        tradeId: isFill ? row.trade_id.toString() : null,
        orderQty: formatQty(order.orderQtyLots, instrument),
        price: order.ordType === "market" ? null : formatPrice(order.priceTicks, instrument),
        cumQty: formatQty(order.cumQtyLots, instrument),
        leavesQty: formatQty(order.leavesQtyLots, instrument),
        avgPx: formatFillAverage(order.cumLotTicks, order.cumQtyLots, instrument),
        tsMs: msOfNs(row.ts_ns),
        seq: Number(row.seq),
      },
    ];
  }
}

const orderFacts = (row: OrderColumns): OrderFacts => ({
  orderId: row.order_id.toString(),
  clOrdId: row.cl_ord_id,
  instrument: Number(row.instrument_id),
  side: nameOf(SIDE_NAMES, row.side),
  ordType: nameOf(ORD_TYPE_NAMES, row.ord_type),
  timeInForce: nameOf(TIME_IN_FORCE_NAMES, row.time_in_force),
  ordStatus: nameOf(ORD_STATUS_NAMES, row.ord_status),
  reason: nameOf(EXEC_REASON_NAMES, row.reason),
  orderQtyLots: row.order_qty_lots,
  priceTicks: row.price_ticks,
  cumQtyLots: row.cum_qty_lots,
  leavesQtyLots: row.leaves_qty_lots,
  cumLotTicks: row.cum_lot_ticks,
  createdTsNs: row.created_ts_ns,
});
