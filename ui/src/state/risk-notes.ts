/**
 * What may be done and what losses led to, as lines for people: states, limits, kinds of accounts, and each order that a halt canceled.
 * Newest first; the last 200 of this session. Older ones: GET /api/v1/risk-events.
 */
import { type LimitKindName, limitScopeText } from "@jware/schemas/limit-names";
import { ExecReason, ExecType, ScopeKind, TradingState } from "@jware/schemas/wire";
import { grouped, rescaled } from "../format/fixed.js";
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { ExecEvent, LimitEvent, OwnEvent } from "../stream/own-event.js";
import { SIDE_TEXT } from "./own-orders.js";

export interface RiskNote {
  readonly id: number;
  readonly tsMs: number;
  readonly tone: "info" | "warn" | "bad";
  /** What it is about: an account, a strategy, an instrument, the firm. */
  readonly about: string;
  readonly text: string;
  readonly reason: string;
  /** Each order that it canceled. */
  readonly orders: readonly string[];
}

/** What the page knows by number. */
export interface RiskNames {
  accountName(account: number): string;
  format(instrument: number): InstrumentFormat | undefined;
  currencyDecimals(code: string): number | undefined;
}

const NOTES_MAX = 200;
const MONEY_DECIMALS = 2;

const STATE_TEXT: Readonly<Record<TradingState, string>> = {
  [TradingState.None]: "",
  [TradingState.Active]: "Released",
  [TradingState.Halted]: "Halted",
  [TradingState.Reducing]: "Only orders that reduce",
};

const LIMIT_TEXT: Readonly<Record<LimitKindName, string>> = {
  orderQty: "order quantity",
  orderNotional: "order value",
  openOrders: "open orders",
  position: "position",
  grossNotional: "gross exposure",
  netNotional: "net exposure",
  messageRate: "message rate",
  windowNotional: "value in a window",
  repeatedExecution: "repeated execution",
  duplicateOrder: "duplicate orders",
  lossWarn: "loss, warn",
  lossReduce: "loss, reduce",
  lossHalt: "loss, halt",
  lossFlatten: "loss, flatten",
};

export class RiskNotes {
  readonly #names: RiskNames;
  #notes: readonly RiskNote[] = [];
  /** What halts canceled since the last state: it comes right before the state that did it. */
  #canceled: ExecEvent[] = [];
  #count = 0;

  constructor(names: RiskNames) {
    this.#names = names;
  }

  list(): readonly RiskNote[] {
    return this.#notes;
  }

  /** Takes an event; the note that it made, if it is about this. */
  take(event: OwnEvent): RiskNote | undefined {
    if (event.kind === "exec") {
      if (event.execType === ExecType.Canceled && event.reason === ExecReason.Halted) this.#canceled.push(event);
      return undefined;
    }
    const facts = this.#facts(event);
    if (facts === undefined) return undefined;
    const note = { id: ++this.#count, ...facts };
    this.#notes = [note, ...this.#notes].slice(0, NOTES_MAX);
    return note;
  }

  #facts(event: OwnEvent): Omit<RiskNote, "id"> | undefined {
    const none = { reason: "", orders: [] };
    switch (event.kind) {
      case "status": {
        const about = this.#names.accountName(event.account);
        const { tsMs, reason, state } = event;
        return { tsMs, tone: toneOf(state), about, reason, ...this.#stateText(state, (exec) => exec.account === event.account) };
      }
      case "scope": {
        const { tsMs, reason, state } = event;
        // Told again after a logon, without a time: that is no news.
        if (reason === "" && event.canceledCount === 0) return undefined;
        return { tsMs, tone: toneOf(state), about: this.#scopeText(event), reason, ...this.#stateText(state, () => true) };
      }
      case "limit": {
        const { tsMs, reason, scope, limit } = event;
        const about = limitScopeText(scope, "account" in scope ? this.#names.accountName(scope.account) : undefined);
        return { ...none, tsMs, tone: "info", about, reason, text: `Limit ${LIMIT_TEXT[limit]}: ${this.#limitText(event)}` };
      }
      case "configured": {
        const group = event.selfTradeGroup === 0 ? "" : `, self-trade group ${event.selfTradeGroup}`;
        const base = event.baseCurrency === "" ? "" : `, equity counted in ${event.baseCurrency}`;
        const about = this.#names.accountName(event.account);
        return {
          ...none,
          tsMs: event.tsMs,
          tone: "info",
          about,
          reason: event.reason,
          text: `Kind ${event.accountKind}, ${event.positionMode}${group}${base}`,
        };
      }
      case "fee-schedule": {
        const { tsMs, account, currency, tierCount, reason } = event;
        const about = account === 0 ? "All trading" : this.#names.accountName(account);
        const tiers = tierCount === 0 ? "taken away" : `${tierCount} tier${tierCount === 1 ? "" : "s"}`;
        return { ...none, tsMs, tone: "info", about, reason, text: `Fee schedule in ${currency}: ${tiers}` };
      }
      case "loss-limit": {
        const { tsMs, account, limit, currency, maxMinor, lossMinor } = event;
        const text = `Limit ${LIMIT_TEXT[limit]} passed: lost ${this.#money(lossMinor, currency)} of ${this.#money(maxMinor, currency)}`;
        return { ...none, tsMs, tone: limit === "lossWarn" ? "warn" : "bad", about: this.#names.accountName(account), text };
      }
      case "liquidation": {
        const { tsMs, account, currency, equityMinor, maintenanceMinor } = event;
        const text = `Liquidated: equity ${this.#money(equityMinor, currency)} is below ${this.#money(maintenanceMinor, currency)}`;
        return { ...none, tsMs, tone: "bad", about: this.#names.accountName(account), text };
      }
      default:
        return undefined;
    }
  }

  #stateText(state: TradingState, isOfIt: (exec: ExecEvent) => boolean): Pick<RiskNote, "text" | "orders"> {
    const orders = this.#canceled.filter(isOfIt).map((exec) => this.#orderText(exec));
    this.#canceled = [];
    const canceled = orders.length === 0 ? "" : `, ${orders.length} order${orders.length === 1 ? "" : "s"} canceled`;
    return { text: `${STATE_TEXT[state]}${canceled}`, orders };
  }

  #orderText(exec: ExecEvent): string {
    const format = this.#names.format(exec.instrument);
    const price = exec.priceTicks > 0 ? exec.priceTicks : exec.triggerTicks;
    const at = price > 0 && format !== undefined ? ` at ${format.price(price)}` : "";
    const left = format?.qty(exec.orderLots - exec.cumLots) ?? String(exec.orderLots - exec.cumLots);
    return `${SIDE_TEXT[exec.side]} ${left} ${format?.info.symbol ?? ""}${at} (${exec.clOrdId})`;
  }

  #scopeText({ scope, account, instrument, strategy }: OwnEvent & { readonly kind: "scope" }): string {
    if (scope === ScopeKind.Firm) return "All trading";
    if (scope === ScopeKind.Instrument) return this.#names.format(instrument)?.info.symbol ?? `instrument ${instrument}`;
    return `strategy ${strategy} of ${this.#names.accountName(account)}`;
  }

  #limitText({ max, currency, instrument, limit, windowMs }: LimitEvent): string {
    const format = this.#names.format(instrument);
    const of = format === undefined ? "" : ` in ${format.info.symbol}`;
    if (max === undefined) return `taken away${of}`;
    const isQuantity = limit === "orderQty" || limit === "position";
    const plain = isQuantity && format !== undefined ? format.qty(Number(max)) : max.toString();
    const within = windowMs === 0 ? "" : ` in ${windowMs / 1000} s`;
    return `${currency === "" ? plain : this.#money(max, currency)}${within}${of}`;
  }

  #money(minor: bigint, currency: string): string {
    const decimals = this.#names.currencyDecimals(currency);
    if (decimals === undefined) return `${grouped(minor, 0)} minor ${currency}`;
    return `${grouped(rescaled(minor, decimals, MONEY_DECIMALS), MONEY_DECIMALS)} ${currency}`;
  }
}

const toneOf = (state: TradingState): RiskNote["tone"] =>
  state === TradingState.Halted ? "bad" : state === TradingState.Reducing ? "warn" : "info";
