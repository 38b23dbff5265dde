/** Bars, fills and order ends that only REST knows. Decimal strings become ticks and lots, exactly. */
import { Side } from "@jware/schemas/wire";
import type { InstrumentFormat } from "../format/instrument-format.js";
import { BAR } from "../stream/frame-batch.js";
import type { Api } from "../session/api.js";
import { parseDecimal } from "@jware/schemas";
import { adjustedFill, type FillAdjustment, type FillRow, type OrderState } from "./own-orders.js";

export const INTERVAL_NAMES: Readonly<Record<number, string>> = {
  1: "1s",
  60: "1m",
  300: "5m",
  900: "15m",
  3600: "1h",
  86400: "1d",
};

interface BarJson {
  readonly openTsMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly tradeCount: number;
  readonly closed: boolean;
}

interface ExecutionJson {
  readonly execId: string;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly execType: string;
  readonly lastQty: string | null;
  readonly lastPx: string | null;
  readonly fee: string | null;
  readonly liquidity: string | null;
  readonly tsMs: number;
  readonly execRefId?: string | null;
  readonly text?: string | null;
}

const ADJUSTED: Readonly<Record<string, "bust" | "corrected">> = { tradeCancel: "bust", tradeCorrect: "corrected" };

interface OrderJson {
  readonly clOrdId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly ordStatus: string;
  readonly cumQty: string;
}

/** Bars of one interval, oldest first, as packed rows. Open times are milliseconds; `toMs` is exclusive. */
export async function fetchBars(
  api: Api,
  format: InstrumentFormat,
  intervalS: number,
  fromMs: number,
  toMs?: number,
): Promise<Float64Array<ArrayBuffer>> {
  const query = new URLSearchParams({
    symbol: format.info.symbol,
    interval: INTERVAL_NAMES[intervalS] ?? "1m",
    from: String(Math.max(0, Math.floor(fromMs))),
  });
  if (toMs !== undefined) query.set("to", String(Math.floor(toMs)));
  const answer = await api.get(`/api/v1/bars?${query}`);
  return packBars(listIn<BarJson>(answer, "bars"), format);
}

export function packBars(bars: readonly BarJson[], format: InstrumentFormat): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(bars.length * BAR.width);
  for (const [index, bar] of bars.entries()) {
    const at = index * BAR.width;
    rows[at + BAR.openMs] = bar.openTsMs;
    rows[at + BAR.open] = unitsOf(format.parsePrice(bar.open));
    rows[at + BAR.high] = unitsOf(format.parsePrice(bar.high));
    rows[at + BAR.low] = unitsOf(format.parsePrice(bar.low));
    rows[at + BAR.close] = unitsOf(format.parsePrice(bar.close));
    rows[at + BAR.volume] = unitsOf(format.parseQty(bar.volume));
    rows[at + BAR.trades] = bar.tradeCount;
    rows[at + BAR.closed] = bar.closed ? 1 : 0;
  }
  return rows;
}

/** The account's last fills, newest first. */
export async function fetchFills(
  api: Api,
  account: { readonly id: number; readonly name: string },
  formatOf: (symbol: string) => InstrumentFormat | undefined,
): Promise<FillRow[]> {
  const query = new URLSearchParams({ account: account.name, execType: "trade", limit: "200" });
  const answer = await api.get(`/api/v1/executions?${query}`);
  const fills: FillRow[] = [];
  /** What became of fills that come later, since the newest come first. */
  const adjustments = new Map<string, FillAdjustment>();
  for (const execution of listIn<ExecutionJson>(answer, "executions")) {
    const format = formatOf(execution.symbol);
    const how = ADJUSTED[execution.execType];
    if (format === undefined || execution.lastQty === null || execution.lastPx === null) continue;
    const fee = parseDecimal(execution.fee ?? "0", format.info.currencyDecimals);
    if (how !== undefined) {
      const key = execution.execRefId ?? "";
      // The newest says how it stands.
      if (adjustments.has(key)) continue;
      const lots = unitsOf(format.parseQty(execution.lastQty));
      const ticks = unitsOf(format.parsePrice(execution.lastPx));
      adjustments.set(key, { key, how, why: execution.text ?? "", lots, ticks, feeMinor: fee.ok ? fee.mantissa : 0n });
      continue;
    }
    if (execution.execType !== "trade") continue;
    const fill: FillRow = {
      key: execution.execId,
      tsMs: execution.tsMs,
      account: account.id,
      instrument: format.info.id,
      side: execution.side === "buy" ? Side.Buy : Side.Sell,
      lots: unitsOf(format.parseQty(execution.lastQty)),
      ticks: unitsOf(format.parsePrice(execution.lastPx)),
      feeMinor: fee.ok ? fee.mantissa : 0n,
      maker: execution.liquidity === "maker",
      clOrdId: execution.clOrdId,
    };
    const adjustment = adjustments.get(fill.key);
    fills.push(adjustment === undefined ? fill : adjustedFill(fill, adjustment));
  }
  return fills;
}

/** How the account's latest orders stand, by order id and by ClOrdID. */
export async function fetchOrderEnds(
  api: Api,
  account: string,
  formatOf: (symbol: string) => InstrumentFormat | undefined,
): Promise<Map<string, { state: OrderState; cumLots: number }>> {
  const query = new URLSearchParams({ account, status: "all", limit: "500" });
  const answer = await api.get(`/api/v1/orders?${query}`);
  const ends = new Map<string, { state: OrderState; cumLots: number }>();
  for (const order of listIn<OrderJson>(answer, "orders")) {
    const format = formatOf(order.symbol);
    const end = {
      state: STATES[order.ordStatus] ?? "gone",
      cumLots: format === undefined ? 0 : unitsOf(format.parseQty(order.cumQty)),
    };
    ends.set(order.orderId, end);
    ends.set(order.clOrdId, end);
  }
  return ends;
}

const STATES: Readonly<Record<string, OrderState>> = {
  new: "working",
  partiallyFilled: "working",
  filled: "filled",
  canceled: "canceled",
  expired: "expired",
  held: "waiting",
  pendingNew: "travelling",
  pendingCancel: "working",
  pendingReplace: "working",
  rejected: "rejected",
};

const unitsOf = (parsed: ReturnType<InstrumentFormat["parsePrice"]>): number => (parsed.ok ? parsed.units : 0);

/** A list that stands alone or under its name. */
function listIn<Item>(answer: unknown, name: string): readonly Item[] {
  if (Array.isArray(answer)) return answer as Item[];
  const named = (answer as Record<string, unknown> | null)?.[name];
  return Array.isArray(named) ? (named as Item[]) : [];
}
