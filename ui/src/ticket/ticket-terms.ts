/**
 * What the ticket can ask for beyond side, size and price: the types it offers, which fields each has, and their texts as terms. Texts that
 * cannot be read name their problem; what goes with what, the engine judges.
 */
import {
  Contingency,
  OrdType,
  type PostOnly,
  type SelfTradePrevention,
  Side,
  TimeInForce,
  type TriggerSource,
} from "@jware/schemas/wire";
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { Draft } from "../state/order-desk.js";
import type { MoreTerms, Terms } from "../stream/order-terms.js";

export interface TicketKind {
  readonly name: string;
  readonly label: string;
  readonly ordType: OrdType;
  readonly hasPrice: boolean;
  readonly hasTrigger: boolean;
  readonly hasTrail: boolean;
}

const kind = (name: string, label: string, ordType: OrdType, fields: readonly ("price" | "trigger" | "trail")[]): TicketKind => ({
  ...{ name, label, ordType, hasPrice: fields.includes("price") },
  ...{ hasTrigger: fields.includes("trigger"), hasTrail: fields.includes("trail") },
});

export const LIMIT_KIND = kind("limit", "Limit", OrdType.Limit, ["price"]);
/** A limit and a stop on the same side, of which one goes. */
export const OCO_KIND = kind("oco", "OCO: limit + stop", OrdType.Limit, ["price", "trigger"]);
export const TICKET_KINDS: readonly TicketKind[] = [
  LIMIT_KIND,
  kind("market", "Market", OrdType.Market, []),
  kind("stop", "Stop", OrdType.Stop, ["trigger"]),
  kind("stop-limit", "Stop limit", OrdType.StopLimit, ["trigger", "price"]),
  kind("trailing", "Trailing stop", OrdType.TrailingStop, ["trail"]),
  kind("mit", "Market if touched", OrdType.MarketIfTouched, ["trigger"]),
  kind("lit", "Limit if touched", OrdType.LimitIfTouched, ["trigger", "price"]),
  OCO_KIND,
];

/** Market orders do not rest; what waits or is linked does. */
export function timesInForceOf(of: TicketKind): readonly TimeInForce[] {
  if (of.ordType === OrdType.Market) return [TimeInForce.Ioc, TimeInForce.Fok];
  const resting = [TimeInForce.Gtc, TimeInForce.Day, TimeInForce.Gtd];
  return of === LIMIT_KIND ? [...resting, TimeInForce.Ioc, TimeInForce.Fok] : resting;
}

/** The fields as typed; empty = not given. */
export interface TermTexts {
  readonly trigger: string;
  readonly triggerSource: TriggerSource;
  readonly trail: string;
  readonly isTrailPercent: boolean;
  readonly display: string;
  /** As a `datetime-local` field gives it: the wall clock of UTC. */
  readonly expire: string;
  readonly postOnly: PostOnly;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  /** Distances from the entry at which a bracket's exits stand. */
  readonly profit: string;
  readonly stop: string;
}

export interface TicketTerms {
  readonly more: MoreTerms;
  readonly linked: Draft["linked"];
  /** Of the first field that cannot be read; empty where all can. */
  readonly problem: string;
  readonly triggerTicks: number;
}

const BPS_PER_PERCENT = 100;

/** `entryTicks` is where the entry stands or would trade; 0 = not known. */
export function readTicketTerms(
  of: TicketKind,
  texts: TermTexts,
  order: { readonly side: Side; readonly timeInForce: TimeInForce; readonly lots: number; readonly entryTicks: number },
  format: InstrumentFormat,
): TicketTerms {
  const problems: string[] = [];
  const ticksOf = (text: string, name: string): number => {
    const parsed = format.parsePrice(text);
    if (parsed.ok && parsed.units > 0) return parsed.units;
    problems.push(parsed.ok ? `${name} must be above 0` : parsed.problem.replace(/^Price/, name));
    return 0;
  };
  const lotsOf = (text: string, name: string): number => {
    const parsed = format.parseQty(text);
    if (!parsed.ok) problems.push(parsed.problem.replace(/^Qty/, name));
    return parsed.ok ? parsed.units : 0;
  };
  const triggerTicks = of.hasTrigger ? ticksOf(texts.trigger, "Trigger") : 0;
  const trail = of.hasTrail ? trailOf(texts, ticksOf, problems) : {};
  const expireMs = order.timeInForce === TimeInForce.Gtd ? Date.parse(`${texts.expire}Z`) : 0;
  if (Number.isNaN(expireMs)) problems.push("GTD needs a time (UTC)");
  const common = {
    ...(texts.reduceOnly ? { reduceOnly: true } : {}),
    ...(texts.selfTradePrevention === 0 ? {} : { selfTradePrevention: texts.selfTradePrevention }),
    ...(expireMs > 0 ? { expireMs } : {}),
  };
  const atTrigger = {
    ...(of.hasTrigger ? { triggerTicks } : {}),
    ...(of.hasTrigger || of.hasTrail ? { triggerSource: texts.triggerSource } : {}),
    ...trail,
  };
  const more: MoreTerms = {
    ...common,
    ...(of === OCO_KIND ? {} : atTrigger),
    ...(of.hasPrice && texts.display !== "" ? { displayLots: lotsOf(texts.display, "Display") } : {}),
    ...(of.hasPrice && texts.postOnly !== 0 ? { postOnly: texts.postOnly } : {}),
  };
  const stopLeg: Terms = { ...order, ordType: OrdType.Stop, ticks: 0, ...common, ...atTrigger };
  const { entryTicks: _, ...leg } = stopLeg as Terms & { entryTicks?: number };
  const linked =
    of === OCO_KIND
      ? { contingency: Contingency.Oco, orders: [leg] }
      : exitsOf(texts, order, { ticksOf, problems, triggerSource: texts.triggerSource });
  return { more, linked, problem: problems[0] ?? "", triggerTicks };
}

function trailOf(texts: TermTexts, ticksOf: (text: string, name: string) => number, problems: string[]): MoreTerms {
  if (!texts.isTrailPercent) return { trailTicks: ticksOf(texts.trail, "Trail") };
  const percent = Number(texts.trail);
  const trailBps = Math.round(percent * BPS_PER_PERCENT);
  if (texts.trail.trim() !== "" && trailBps >= 1 && trailBps <= 9_999) return { trailBps };
  problems.push("Trail is 0.01 to 99.99 %");
  return {};
}

/** Take-profit and stop-loss at their distances from the entry: both make a bracket, one alone is a child. */
function exitsOf(
  texts: TermTexts,
  order: { readonly side: Side; readonly lots: number; readonly entryTicks: number },
  read: {
    readonly ticksOf: (text: string, name: string) => number;
    readonly problems: string[];
    readonly triggerSource: TriggerSource;
  },
): Draft["linked"] {
  if (texts.profit === "" && texts.stop === "") return undefined;
  const { side, lots, entryTicks } = order;
  if (entryTicks === 0) read.problems.push("There is no price to place the exits from");
  const away = side === Side.Buy ? 1 : -1;
  const base = { side: side === Side.Buy ? Side.Sell : Side.Buy, timeInForce: TimeInForce.Gtc, lots };
  const at = (distance: number, name: string): number => {
    const ticks = entryTicks + distance;
    if (entryTicks > 0 && ticks < 1) read.problems.push(`${name} is beyond 0`);
    return ticks;
  };
  const orders: Terms[] = [];
  if (texts.profit !== "") {
    const ticks = at(away * read.ticksOf(texts.profit, "Take-profit"), "Take-profit");
    orders.push({ ...base, ordType: OrdType.Limit, ticks });
  }
  if (texts.stop !== "") {
    const triggerTicks = at(-away * read.ticksOf(texts.stop, "Stop-loss"), "Stop-loss");
    orders.push({ ...base, ordType: OrdType.Stop, ticks: 0, triggerTicks, triggerSource: read.triggerSource });
  }
  // A bracket's exits are reduce-only by themselves; a single child is made so.
  const [only] = orders;
  if (orders.length === 1 && only !== undefined) {
    return { contingency: Contingency.Oto, orders: [{ ...only, reduceOnly: true }] };
  }
  return { contingency: Contingency.Bracket, orders };
}
