/**
 * The tables that batches are for: their columns in the order of the batch's rows (that of schemas/sql), and how rows go in.
 *
 * The native side writes its rows in this order; a test compares both with the database.
 */
import type { TableRows } from "./row-source.js";

export interface ProjectedTable {
  readonly columns: readonly string[];
  /** Tables of last states: what a row replaces. Absent where rows are only ever added. */
  readonly key?: readonly string[];
  /** Tables split by time: the column with the row's nanoseconds. */
  readonly timeColumn?: string;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** At the end of orders and executions: the terms beyond side, type and price, and what came of them. */
const TERMS = `trigger_price_ticks trigger_source trail_ticks trail_bps display_qty_lots cash_qty_minor expire_ts_ns post_only
  reduce_only self_trade_prevention strategy deadline_ts_ns working list_id contingency refusal_code refusal_unit refusal_limit
  refusal_value refusal_headroom refusal_currency_id refusal_scope refusal_scope_account_id refusal_scope_id`;

export const PROJECTED_TABLES = {
  currencies: { key: ["currency_id"], columns: words("currency_id code decimals seq") },
  instruments: {
    key: ["instrument_id"],
    columns: words(
      `instrument_id symbol name asset_class venue base_currency quote_currency_id price_decimals tick_mantissa qty_decimals
       lot_mantissa tick_lot_minor qty_lots_min qty_lots_max notional_minor_max collar_bps maker_fee_ppm taker_fee_ppm seq
       session_open_minute session_close_minute session_weekdays collar_reference collar_ticks collar_window_bps collar_window_ns
       initial_margin_ppm maintenance_margin_ppm`,
    ),
  },
  accounts: { key: ["account_id"], columns: words("account_id name state reason account_seq updated_ts_ns seq") },
  orders: {
    key: ["order_id"],
    columns: words(
      `order_id account_id instrument_id cl_ord_id side ord_type time_in_force ord_status reason order_qty_lots price_ticks
       cum_qty_lots leaves_qty_lots cum_lot_ticks session_id created_ts_ns updated_ts_ns seq ${TERMS}`,
    ),
  },
  executions: {
    timeColumn: "ts_ns",
    columns: words(
      `seq idx ts_ns ts account_id account_seq exec_id order_id instrument_id cl_ord_id orig_cl_ord_id exec_type ord_status reason
       side ord_type time_in_force order_qty_lots price_ticks cum_qty_lots leaves_qty_lots cum_lot_ticks last_qty_lots
       last_px_ticks last_fee_minor liquidity trade_id priority_kept session_id created_ts_ns ${TERMS} exec_ref_id by_user_id text`,
    ),
  },
  ledger: {
    timeColumn: "ts_ns",
    columns: words(
      "seq idx leg ts_ns ts account_id contra_account_id currency_id amount_minor kind instrument_id exec_id trade_id",
    ),
  },
  positions: {
    key: ["account_id", "instrument_id", "leg"],
    columns: words("account_id instrument_id qty_lots cost_minor realised_minor fees_minor account_seq updated_ts_ns seq leg"),
  },
  balances: {
    key: ["account_id", "currency_id"],
    columns: words("account_id currency_id cash_minor used_minor held_minor account_seq updated_ts_ns seq"),
  },
  refusals: {
    timeColumn: "ts_ns",
    columns: words(
      `seq idx ts_ns ts account_id instrument_id request_kind code limit_unit limit_value found_value headroom currency_id
       cl_ord_id orig_cl_ord_id scope scope_account_id scope_id`,
    ),
  },
  risk_events: {
    columns: words(
      `seq idx ts_ns kind user_id session_id key_id scope account_id scope_id instrument_id state canceled_count limit_kind is_set
       currency_id limit_value found_value window_ns account_kind self_trade_group reason fee_tiers position_mode`,
    ),
  },
  ticks: {
    timeColumn: "ts_event_ns",
    columns: words("seq idx ts_event_ns ts_recv_ns ts instrument_id price_ticks qty_lots aggressor trade_id own"),
  },
  bars: {
    timeColumn: "open_ts_ns",
    key: ["instrument_id", "interval_s", "open_ts"],
    columns: words(
      `instrument_id interval_s open_ts_ns open_ts open_ticks high_ticks low_ticks close_ticks volume_lots trade_count closed seq`,
    ),
  },
} as const satisfies Record<string, ProjectedTable>;

export type ProjectedTableName = keyof typeof PROJECTED_TABLES;

export const isProjectedTable = (name: string): name is ProjectedTableName => Object.hasOwn(PROJECTED_TABLES, name);

/** The distinct milliseconds of a table's rows. */
export function momentsOf(table: ProjectedTableName, { copied, replaced }: TableRows): ReadonlySet<number> {
  const { columns, timeColumn }: ProjectedTable = PROJECTED_TABLES[table];
  const index = timeColumn === undefined ? -1 : columns.indexOf(timeColumn);
  const moments = new Set<number>();
  if (index < 0) return moments;
  const lines = copied === undefined ? [] : Buffer.from(copied).toString().split("\n");
  const fields = lines.map((line) => line.split("\t", index + 1)[index]);
  // Numbers stand bare between the braces.
  const items = replaced?.[index]?.slice(1, -1).split(",") ?? [];
  for (const nanoseconds of [...fields, ...items]) {
    // Cut as text: a nanosecond count does not fit a number.
    if (nanoseconds !== undefined) moments.add(Number(nanoseconds.slice(0, -6)));
  }
  return moments;
}
