/**
 * What is over, read from the projection: closed orders, executions, closed bars.
 *
 * The projector lags the core by some milliseconds. A reader that must see its own last order waits for the watermark first,
 * 250 ms at most; then it gets what is there.
 */
import type { Static } from "./json-shape.js";
import type { Sql } from "../postgres/connect.js";
import { formatFillAverage, formatPrice, formatQty, formatQuoteMoney, type InstrumentCatalog } from "./instrument-catalog.js";
import { formatDecimal, REFUSALS } from "@jware/schemas";
import { limitScopeOf } from "@jware/schemas/limit-names";
import { DONE_ORD_STATUSES, EXEC_TYPE_NAMES, hasPrice } from "@jware/schemas/order-names";
import { ExecType } from "@jware/schemas/wire";
import { LIMIT_UNIT_NAMES, nameOf, type OrderFacts, type OrderNumbers, orderFactsOf, type RefusalFacts } from "./order-facts.js";
import { msOfNs } from "./order-json.js";
import { refusalDetail } from "./refusal-problem.js";
import { type Execution, type ExecutionJson, LEDGER_KINDS, type LedgerEntryJson } from "./shapes/history.js";

const WATERMARK_WAIT_MS = 250;
const WATERMARK_POLL_MS = 10;
const LIQUIDITY_NAMES = { 0: null, 1: "maker", 2: "taker" } as const;
/** Columns of orders and of executions, by the names of `OrderNumbers`. */
interface OrderRow extends OrderNumbers {
  readonly reason: number;
  readonly refusalCode: number;
  readonly refusalUnit: number;
  readonly refusalLimit: bigint;
  readonly refusalValue: bigint;
  readonly refusalHeadroom: bigint;
  readonly refusalScope: number;
  readonly refusalScopeAccount: bigint;
  readonly refusalScopeId: bigint;
}

interface ExecutionRow extends OrderRow {
  readonly seq: bigint;
  readonly idx: number;
  readonly tsNs: bigint;
  readonly execId: bigint;
  readonly execType: number;
  readonly lastQtyLots: bigint;
  readonly lastPxTicks: bigint;
  readonly lastFeeMinor: bigint;
  readonly liquidity: number;
  readonly tradeId: bigint;
  readonly execRefId: bigint;
  readonly text: string;
}

interface LedgerRow {
  readonly seq: bigint;
  readonly idx: number;
  readonly leg: number;
  readonly tsNs: bigint;
  readonly kind: number;
  readonly amountMinor: bigint;
  readonly code: string;
  readonly decimals: number;
  readonly contraAccount: bigint;
  readonly instrument: bigint;
  readonly execId: bigint;
  readonly tradeId: bigint;
}

/** The engine's own accounts. */
const CONTRAS: Readonly<Record<number, LedgerEntryJson["contra"]>> = { 1: "house", 2: "fees", 3: "outside" };

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
    const rows = await this.#sql<OrderRow[]>`
      SELECT ${this.#orderColumns()}
      FROM orders WHERE account_id = ${account} AND ord_status IN ${this.#sql([...DONE_ORD_STATUSES])}
      ORDER BY created_ts_ns DESC, order_id DESC LIMIT ${limit}`;
    return rows.map((row) => this.#orderFacts(row));
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
    const kind = options.tradesOnly
      ? this.#sql`AND exec_type IN (${ExecType.Trade}, ${ExecType.TradeCancel}, ${ExecType.TradeCorrect})`
      : this.#sql``;
    const rows = await this.#sql<ExecutionRow[]>`
      SELECT seq, idx, ts_ns AS "tsNs", exec_id AS "execId", exec_type AS "execType", last_qty_lots AS "lastQtyLots",
             last_px_ticks AS "lastPxTicks", last_fee_minor AS "lastFeeMinor", liquidity, trade_id AS "tradeId",
             exec_ref_id AS "execRefId", text, ${this.#orderColumns()}
      FROM executions WHERE account_id = ${account} ${after} ${kind}
      ORDER BY ts_ns DESC, seq DESC, idx DESC LIMIT ${options.limit}`;
    const last = rows.length === options.limit ? rows.at(-1) : undefined;
    return {
      executions: rows.flatMap((row) => this.#execution(row, accountName)),
      next: last === undefined ? null : `${last.tsNs}.${last.seq}.${last.idx}`,
    };
  }

  /** What moved on an account, newest first; `before` is the cursor of a page. */
  async ledger(
    account: number,
    options: { readonly limit: number; readonly before?: string | undefined; readonly currency?: string | undefined },
  ): Promise<{ entries: LedgerEntryJson[]; next: string | null }> {
    const [tsNs, seq, idx, leg] = (options.before ?? "").split(".");
    const after =
      leg === undefined
        ? this.#sql``
        : this
            .#sql`AND (ts_ns, ledger.seq, idx, leg) < (${tsNs ?? 0}::bigint, ${seq ?? 0}::bigint, ${idx ?? 0}::integer, ${leg}::smallint)`;
    const money = options.currency === undefined ? this.#sql`` : this.#sql`AND code = ${options.currency}`;
    const rows = await this.#sql<LedgerRow[]>`
      SELECT ledger.seq, idx, leg, ts_ns AS "tsNs", kind, amount_minor AS "amountMinor", code, decimals,
             contra_account_id AS "contraAccount", instrument_id AS instrument, exec_id AS "execId", trade_id AS "tradeId"
      FROM ledger JOIN currencies USING (currency_id) WHERE account_id = ${account} ${after} ${money}
      ORDER BY ts_ns DESC, ledger.seq DESC, idx DESC, leg DESC LIMIT ${options.limit}`;
    const last = rows.length === options.limit ? rows.at(-1) : undefined;
    return {
      entries: rows.map((row) => ({
        seq: Number(row.seq),
        tsMs: msOfNs(row.tsNs),
        kind: LEDGER_KINDS[row.kind - 1] ?? "trade",
        amount: formatDecimal(row.amountMinor, row.decimals),
        currency: row.code,
        contra: CONTRAS[Number(row.contraAccount)] ?? "market",
        symbol: this.#catalog.byId(Number(row.instrument))?.symbol ?? null,
        execId: row.execId === 0n ? null : row.execId.toString(),
        tradeId: row.tradeId === 0n ? null : row.tradeId.toString(),
      })),
      next: last === undefined ? null : `${last.tsNs}.${last.seq}.${last.idx}.${last.leg}`,
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

  #orderColumns() {
    return this.#sql`
      order_id AS "orderId", instrument_id AS instrument, cl_ord_id AS "clOrdId", side, ord_type AS "ordType",
      time_in_force AS "timeInForce", ord_status AS "ordStatus", reason, order_qty_lots AS "orderQtyLots",
      price_ticks AS "priceTicks", cum_qty_lots AS "cumQtyLots", leaves_qty_lots AS "leavesQtyLots",
      cum_lot_ticks AS "cumLotTicks", created_ts_ns AS "createdTsNs", trigger_price_ticks AS "triggerPriceTicks",
      trigger_source AS "triggerSource", trail_ticks AS "trailTicks", trail_bps AS "trailBps",
      display_qty_lots AS "displayQtyLots", cash_qty_minor AS "cashQtyMinor", expire_ts_ns AS "expireTsNs",
      post_only AS "postOnly", reduce_only AS "reduceOnly", self_trade_prevention AS "selfTradePrevention", strategy,
      deadline_ts_ns AS "deadlineTsNs", working, list_id AS "listId", contingency, refusal_code AS "refusalCode",
      refusal_unit AS "refusalUnit", refusal_limit AS "refusalLimit", refusal_value AS "refusalValue",
      refusal_headroom AS "refusalHeadroom", refusal_scope AS "refusalScope",
      refusal_scope_account_id AS "refusalScopeAccount", refusal_scope_id AS "refusalScopeId"`;
  }

  #orderFacts(row: OrderRow): OrderFacts {
    return orderFactsOf(row, row.reason, this.#lateRefusal(row));
  }

  /** A late refusal's money is always in the instrument's quote currency. */
  #lateRefusal(row: OrderRow): RefusalFacts | undefined {
    const definition = REFUSALS.find(({ code }) => code === row.refusalCode);
    if (definition === undefined) return undefined;
    const instrument = Number(row.instrument);
    const unit = nameOf(LIMIT_UNIT_NAMES, row.refusalUnit);
    return {
      code: definition.code,
      rule: definition.name,
      text: definition.text,
      transient: definition.transient,
      instrument,
      clOrdId: row.clOrdId,
      unit,
      limit: row.refusalLimit,
      value: row.refusalValue,
      headroom: row.refusalHeadroom,
      scope: limitScopeOf(row.refusalScope, Number(row.refusalScopeAccount), Number(row.refusalScopeId)),
      currency: unit === "money" ? (this.#catalog.byId(instrument)?.quoteCurrency ?? "") : "",
    };
  }

  #execution(row: ExecutionRow, account: string): Static<typeof Execution>[] {
    const instrument = this.#catalog.byId(Number(row.instrument));
    if (instrument === undefined) return [];
    const order = this.#orderFacts(row);
    const isFill = row.lastQtyLots !== 0n;
    return [
      {
        execId: row.execId.toString(),
        orderId: order.orderId,
        clOrdId: order.clOrdId,
        account,
        symbol: instrument.symbol,
        side: order.side,
        execType: nameOf(EXEC_TYPE_NAMES, row.execType),
        ordStatus: order.ordStatus,
        reason: order.reason,
        lastQty: isFill ? formatQty(row.lastQtyLots, instrument) : null,
        lastPx: isFill ? formatPrice(row.lastPxTicks, instrument) : null,
        fee: isFill ? formatQuoteMoney(row.lastFeeMinor, instrument) : null,
        feeCurrency: instrument.quoteCurrency,
        liquidity: LIQUIDITY_NAMES[row.liquidity as 0 | 1 | 2] ?? null,
        tradeId: isFill ? row.tradeId.toString() : null,
        orderQty: formatQty(order.orderQtyLots, instrument),
        price: hasPrice(order.ordType) ? formatPrice(order.priceTicks, instrument) : null,
        triggerPrice: order.triggerPriceTicks === 0n ? null : formatPrice(order.triggerPriceTicks, instrument),
        cumQty: formatQty(order.cumQtyLots, instrument),
        leavesQty: formatQty(order.leavesQtyLots, instrument),
        avgPx: formatFillAverage(order.cumLotTicks, order.cumQtyLots, instrument),
        tsMs: msOfNs(row.tsNs),
        seq: Number(row.seq),
        listId: order.listId === "0" ? null : order.listId,
        refusal: order.refusal === undefined ? null : refusalDetail(order.refusal, this.#catalog),
        execRefId: row.execRefId === 0n ? null : row.execRefId.toString(),
        text: row.text === "" ? null : row.text,
      },
    ];
  }
}
