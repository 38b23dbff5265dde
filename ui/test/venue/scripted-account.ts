/**
 * One paper account: takes requests, answers as the engine would in kind and order of frames. Fills at the touch, rests otherwise;
 * stops wait for the touch to pass their trigger, exits of a bracket for their entry's fill, and one leg's end is the other's.
 * Its risk is two rules: maximum quantity and funds. Money is simplified: what an order holds is not counted per currency.
 */
import { DONE_ORD_STATUSES } from "@jware/schemas/order-names";
import {
  Contingency,
  ExecReason,
  ExecType,
  LimitUnit,
  LiquidityInd,
  OrdStatus,
  OrdType,
  type PostOnly,
  RequestKind,
  SelfTradePrevention,
  Side,
  TimeInForce,
  TradingState,
  TriggerSource,
} from "@jware/schemas/wire";
import type { PositionLegName } from "@jware/schemas/limit-names";
import type { BalanceEvent, ExecEvent, PositionEvent, RefusalEvent } from "../../src/stream/own-event.js";
import type { ScriptedMarket } from "./scripted-market.js";
import {
  balanceFrame,
  execFrame,
  massCancelFrame,
  positionFrame,
  refusalFrame,
  snapshotFrame,
  statusFrame,
} from "./server-frames.js";

export interface Ask {
  readonly clOrdId: string;
  readonly instrument: number;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly ticks: number;
  readonly triggerTicks: number;
  readonly trailTicks: number;
  readonly trailBps: number;
  readonly displayLots: number;
  readonly expireMs: number;
  readonly postOnly: PostOnly;
  readonly reduceOnly: boolean;
}

const WAITING = [
  OrdType.Stop,
  OrdType.StopLimit,
  OrdType.TrailingStop,
  OrdType.MarketIfTouched,
  OrdType.LimitIfTouched,
] satisfies OrdType[] as readonly OrdType[];

const CASH = 1_000_000n * 1_000_000n;

export class ScriptedAccount {
  readonly id = 1001;
  readonly name = "PAPER-1";
  state = TradingState.Active;
  seq = 0;
  readonly orders = new Map<string, ExecEvent>();
  readonly fills: ExecEvent[] = [];
  readonly closed: ExecEvent[] = [];
  /** Whether it has a long and a short leg; set before the page comes. */
  hedges = false;
  private readonly positions = new Map<string, PositionEvent>();
  private readonly markets: ReadonlyMap<number, ScriptedMarket>;
  private readonly used = new Set<string>();
  /** Exits of brackets: whose they are, and what they get when it fills. */
  private readonly exits = new Map<string, { readonly entry: string; readonly lots: number }>();
  private nextOrder = 5000;
  private nextExec = 90_000;
  private feesMinor = 0n;

  constructor(markets: ReadonlyMap<number, ScriptedMarket>) {
    this.markets = markets;
  }

  snapshot(): Uint8Array {
    return snapshotFrame(
      this.id,
      this.seq,
      this.state,
      this.hedges ? "hedging" : "netting",
      [...this.orders.values()],
      [...this.positions.values()],
      [this.balance(this.seq)],
    );
  }

  /** Which of its positions an order is about. */
  private legOf({ side, reduceOnly }: Pick<ExecEvent, "side" | "reduceOnly">): PositionLegName {
    if (!this.hedges) return "net";
    return (side === Side.Buy) !== reduceOnly ? "long" : "short";
  }

  /** Linked orders: the entry of a bracket, or both legs of an OCO, go in; exits wait for the entry's fill. */
  submitList(contingency: Contingency, asks: readonly Ask[]): Uint8Array[] {
    const [first] = asks;
    if (first === undefined) return [];
    const listId = String(this.nextOrder);
    const entries = contingency === Contingency.Oco ? asks : [first];
    const exits = asks.slice(entries.length);
    const out: Uint8Array[] = [];
    for (const exit of exits) this.exits.set(exit.clOrdId, { entry: first.clOrdId, lots: exit.lots });
    for (const entry of entries) out.push(...this.submit(entry, { listId, contingency }));
    if (!this.used.has(first.clOrdId)) return out;
    const held = exits.map((exit) => {
      this.used.add(exit.clOrdId);
      return this.report({
        ...this.blankOrder({ ...exit, lots: 0, reduceOnly: true }, { listId, contingency }),
        ordStatus: OrdStatus.Held,
      });
    });
    const filled = this.closed.find((order) => order.clOrdId === first.clOrdId && order.ordStatus === OrdStatus.Filled);
    return filled === undefined ? [...out, ...held] : [...out, ...held, ...this.releaseExits(first.clOrdId)];
  }

  submit(ask: Ask, list = { listId: "0", contingency: Contingency.None }): Uint8Array[] {
    const market = this.markets.get(ask.instrument);
    if (market === undefined) return [this.refuse(ask, 301, "UNKNOWN_INSTRUMENT", "No such instrument.")];
    if (this.state === TradingState.Halted) {
      return [this.refuse(ask, 501, "ACCOUNT_HALTED", "The account is halted; it takes no new risk until it is released.")];
    }
    if (this.used.has(ask.clOrdId))
      return [this.refuse(ask, 412, "DUPLICATE_CLORDID", "This ClOrdID was used before on this account.")];
    if (ask.lots > market.info.qtyLotsMax) {
      return [
        this.refuse(ask, 410, "QTY_ABOVE_MAX", "The quantity is above the instrument's maximum.", {
          unit: LimitUnit.Lots,
          limit: BigInt(market.info.qtyLotsMax),
          value: BigInt(ask.lots),
          headroom: BigInt(market.info.qtyLotsMax),
        }),
      ];
    }
    const price = ask.ticks > 0 ? ask.ticks : ask.side === Side.Buy ? market.bestAsk() : market.bestBid();
    const needed = BigInt(price) * BigInt(ask.lots) * BigInt(market.info.tickLotMinor);
    const available = this.balance(0).availableMinor;
    const position = this.positions.get(`${ask.instrument} ${this.legOf(ask)}`)?.lots ?? 0;
    const reduces = position !== 0 && position > 0 === (ask.side === Side.Sell) && ask.lots <= Math.abs(position);
    if (needed > available && !reduces) {
      return [
        this.refuse(ask, 506, "INSUFFICIENT_FUNDS", "The order needs more than the account has available.", {
          unit: LimitUnit.Minor,
          limit: available,
          value: needed,
          headroom: available,
          currency: market.info.quoteCurrency,
        }),
      ];
    }
    this.used.add(ask.clOrdId);
    const order = this.blankOrder(ask, list);
    const waits = WAITING.includes(ask.ordType);
    const out = [this.report(waits ? { ...order, ordStatus: OrdStatus.Held } : order)];
    if (waits) return [...out, ...this.trigger(ask.instrument)];
    const crosses =
      ask.ordType === OrdType.Market || (ask.side === Side.Buy ? ask.ticks >= market.bestAsk() : ask.ticks <= market.bestBid());
    if (crosses)
      out.push(...this.trade(ask.clOrdId, ask.side === Side.Buy ? market.bestAsk() : market.bestBid(), LiquidityInd.Taker));
    else if (ask.timeInForce === TimeInForce.Ioc || ask.timeInForce === TimeInForce.Fok)
      out.push(...this.end(ask.clOrdId, OrdStatus.Expired, ExecReason.IocRemainder));
    out.push(balanceFrame(this.balance(++this.seq)));
    return out;
  }

  private blankOrder(ask: Ask, list: { readonly listId: string; readonly contingency: Contingency }): ExecEvent {
    const now = Date.now();
    return {
      kind: "exec",
      account: this.id,
      accountSeq: 0,
      tsMs: now,
      createdMs: now,
      instrument: ask.instrument,
      orderId: String(this.nextOrder++),
      execId: "0",
      execRefId: "0",
      text: "",
      clOrdId: ask.clOrdId,
      origClOrdId: "",
      execType: ExecType.New,
      ordStatus: OrdStatus.New,
      reason: ExecReason.None,
      side: ask.side,
      ordType: ask.ordType,
      timeInForce: ask.timeInForce,
      orderLots: ask.lots,
      priceTicks: ask.ticks,
      cumLots: 0,
      leavesLots: ask.lots,
      cumLotTicks: 0n,
      lastLots: 0,
      lastTicks: 0,
      lastFeeMinor: 0n,
      liquidity: LiquidityInd.None,
      tradeId: "0",
      triggerTicks: ask.triggerTicks,
      triggerSource: WAITING.includes(ask.ordType) ? TriggerSource.Last : TriggerSource.None,
      trailTicks: ask.trailTicks,
      trailBps: ask.trailBps,
      displayLots: ask.displayLots,
      expireMs: ask.expireMs,
      postOnly: ask.postOnly,
      reduceOnly: ask.reduceOnly,
      selfTradePrevention: SelfTradePrevention.CancelNewest,
      ...list,
      refusal: undefined,
    };
  }

  /** Gives the exits of an entry what it filled: the one with a trigger waits for it, the other goes to work. */
  private releaseExits(entry: string): Uint8Array[] {
    return [...this.exits].flatMap(([clOrdId, exit]) => {
      const order = this.orders.get(clOrdId);
      if (exit.entry !== entry || order === undefined) return [];
      const restated = { ...order, orderLots: exit.lots, leavesLots: exit.lots, execType: ExecType.Restated };
      const ordStatus = WAITING.includes(order.ordType) ? OrdStatus.Held : OrdStatus.New;
      return [this.report({ ...restated, ordStatus, reason: ExecReason.Linked })];
    });
  }

  /** Fills stops whose trigger the touch has passed. */
  private trigger(instrument: number): Uint8Array[] {
    const market = this.markets.get(instrument);
    if (market === undefined) return [];
    return [...this.orders.values()].flatMap((order) => {
      if (order.ordStatus !== OrdStatus.Held || order.triggerTicks === 0 || order.leavesLots === 0) return [];
      const above = (order.side === Side.Buy) === (order.ordType === OrdType.Stop || order.ordType === OrdType.StopLimit);
      const touch = order.side === Side.Buy ? market.bestAsk() : market.bestBid();
      if (order.instrument !== instrument || (above ? touch < order.triggerTicks : touch > order.triggerTicks)) return [];
      const out = [this.report({ ...order, execType: ExecType.Triggered, ordStatus: OrdStatus.New })];
      return [...out, ...this.trade(order.clOrdId, touch, LiquidityInd.Taker)];
    });
  }

  cancel(clOrdId: string, orderId: string): Uint8Array[] {
    const order = this.find(orderId);
    if (order === undefined) {
      return [
        refusalFrame({
          ...this.blank(clOrdId),
          responseTo: RequestKind.Cancel,
          code: 601,
          rule: "UNKNOWN_ORDER",
          text: "No such order on this account.",
        }),
      ];
    }
    this.orders.set(order.clOrdId, { ...order, clOrdId });
    this.rename(order, clOrdId);
    const ended = this.end(clOrdId, OrdStatus.Canceled, ExecReason.Requested, order.clOrdId);
    return [...ended, balanceFrame(this.balance(++this.seq))];
  }

  replace(clOrdId: string, orderId: string, lots: number, ticks: number, triggerTicks: number): Uint8Array[] {
    const order = this.find(orderId);
    if (order === undefined) {
      return [
        refusalFrame({
          ...this.blank(clOrdId),
          responseTo: RequestKind.Replace,
          code: 602,
          rule: "ORDER_CLOSED",
          text: "The order is no longer working.",
        }),
      ];
    }
    this.rename(order, clOrdId);
    const changed = {
      ...order,
      clOrdId,
      origClOrdId: order.clOrdId,
      execType: ExecType.Replaced,
      orderLots: lots,
      leavesLots: lots - order.cumLots,
      priceTicks: ticks,
      triggerTicks,
    };
    return [this.report(changed), balanceFrame(this.balance(++this.seq))];
  }

  massCancel(clOrdId: string, instrument: number): Uint8Array[] {
    const mine = [...this.orders.values()].filter((order) => instrument === 0 || order.instrument === instrument);
    const out = mine.flatMap((order) => this.end(order.clOrdId, OrdStatus.Canceled, ExecReason.MassCancel));
    out.push(massCancelFrame({ kind: "mass-cancel", account: this.id, clOrdId, canceledCount: mine.length }));
    return out;
  }

  halt(reason: string): Uint8Array[] {
    const out = [...this.orders.values()].flatMap((order) => this.end(order.clOrdId, OrdStatus.Canceled, ExecReason.Halted));
    this.state = TradingState.Halted;
    out.push(statusFrame(this.id, ++this.seq, this.state, reason, Date.now()));
    return out;
  }

  release(): Uint8Array {
    this.state = TradingState.Active;
    return statusFrame(this.id, ++this.seq, this.state, "", Date.now());
  }

  /** Fills whatever rests at or through the touch. */
  match(instrument: number): Uint8Array[] {
    const market = this.markets.get(instrument);
    if (market === undefined) return [];
    const out: Uint8Array[] = this.trigger(instrument);
    for (const order of [...this.orders.values()]) {
      if (order.instrument !== instrument || order.priceTicks === 0 || order.ordStatus === OrdStatus.Held) continue;
      const through = order.side === Side.Buy ? market.bestAsk() <= order.priceTicks : market.bestBid() >= order.priceTicks;
      if (through) out.push(...this.trade(order.clOrdId, order.priceTicks, LiquidityInd.Maker));
    }
    return out;
  }

  private trade(clOrdId: string, ticks: number, liquidity: LiquidityInd): Uint8Array[] {
    const order = this.orders.get(clOrdId);
    const market = order === undefined ? undefined : this.markets.get(order.instrument);
    if (order === undefined || market === undefined) return [];
    const lots = order.leavesLots;
    const minor = BigInt(ticks) * BigInt(lots) * BigInt(market.info.tickLotMinor);
    const ppm = liquidity === LiquidityInd.Taker ? market.info.takerFeePpm : market.info.makerFeePpm;
    const fee = (minor * BigInt(ppm)) / 1_000_000n;
    this.feesMinor += fee;
    const report = this.report({
      ...order,
      execType: ExecType.Trade,
      ordStatus: OrdStatus.Filled,
      cumLots: order.cumLots + lots,
      leavesLots: 0,
      cumLotTicks: order.cumLotTicks + BigInt(ticks) * BigInt(lots),
      lastLots: lots,
      lastTicks: ticks,
      lastFeeMinor: fee,
      liquidity,
      tradeId: String(this.nextExec),
    });
    const signed = order.side === Side.Buy ? lots : -lots;
    const { account, instrument } = order;
    const flat: PositionEvent = {
      ...{ kind: "position", account, accountSeq: 0, instrument, leg: this.legOf(order), lots: 0 },
      ...{ costMinor: 0n, realisedMinor: 0n, feesMinor: 0n },
    };
    const key = `${instrument} ${flat.leg}`;
    const position = addTo(this.positions.get(key) ?? flat, signed, signed > 0 ? minor : -minor, fee, ++this.seq);
    this.positions.set(key, position);
    return [report, positionFrame(position), ...this.endSiblings(order), ...this.releaseExits(clOrdId)];
  }

  /** Ends an order, and what it is linked to; one that is gone already with the other is no more told. */
  private end(clOrdId: string, status: OrdStatus, reason: ExecReason, origClOrdId = ""): Uint8Array[] {
    const order = this.orders.get(clOrdId);
    if (order === undefined) return [];
    const execType = status === OrdStatus.Expired ? ExecType.Expired : ExecType.Canceled;
    const report = this.report({ ...order, clOrdId, origClOrdId, execType, ordStatus: status, reason, leavesLots: 0 });
    return [report, ...this.endSiblings(order)];
  }

  /** An entry that filled leaves its exits; the end of any other order of a list is the end of all. */
  private endSiblings(order: ExecEvent): Uint8Array[] {
    if (order.listId === "0") return [];
    const isFilledEntry = order.orderId === order.listId && order.contingency === Contingency.Bracket && this.isFilled(order);
    if (isFilledEntry) return [];
    const siblings = [...this.orders.values()].filter((other) => other.listId === order.listId);
    return siblings.flatMap((other) => this.end(other.clOrdId, OrdStatus.Canceled, ExecReason.Linked));
  }

  private isFilled(order: ExecEvent): boolean {
    return this.closed.some((closed) => closed.orderId === order.orderId && closed.ordStatus === OrdStatus.Filled);
  }

  private report(order: ExecEvent): Uint8Array {
    const report = { ...order, accountSeq: ++this.seq, tsMs: Date.now(), execId: String(this.nextExec++) };
    if (!DONE_ORD_STATUSES.has(report.ordStatus)) this.orders.set(report.clOrdId, report);
    else {
      this.orders.delete(report.clOrdId);
      this.closed.push(report);
    }
    if (report.execType === ExecType.Trade) this.fills.unshift(report);
    return execFrame(report);
  }

  private rename(order: ExecEvent, clOrdId: string): void {
    this.orders.delete(order.clOrdId);
    this.orders.set(clOrdId, { ...order, clOrdId });
  }

  private find(orderId: string): ExecEvent | undefined {
    return [...this.orders.values()].find((order) => order.orderId === orderId);
  }

  private balance(seq: number): BalanceEvent {
    let usedMinor = 0n;
    let realised = 0n;
    for (const { costMinor, realisedMinor } of this.positions.values()) {
      usedMinor += costMinor < 0n ? -costMinor : costMinor;
      realised += realisedMinor;
    }
    let heldMinor = 0n;
    for (const order of this.orders.values()) {
      const perTick = BigInt(this.markets.get(order.instrument)?.info.tickLotMinor ?? 0);
      if (order.ordStatus === OrdStatus.Held) continue;
      heldMinor += BigInt(order.priceTicks) * BigInt(order.leavesLots) * perTick;
    }
    const cashMinor = CASH + realised - this.feesMinor;
    return {
      kind: "balance",
      account: this.id,
      accountSeq: seq,
      currency: "USD",
      cashMinor,
      usedMinor,
      heldMinor,
      availableMinor: cashMinor - usedMinor - heldMinor,
    };
  }

  private refuse(ask: Ask, code: number, rule: string, text: string, figures: Partial<RefusalEvent> = {}): Uint8Array {
    return refusalFrame({ ...this.blank(ask.clOrdId), instrument: ask.instrument, code, rule, text, ...figures });
  }

  private blank(clOrdId: string): RefusalEvent {
    return {
      kind: "refusal",
      responseTo: RequestKind.NewOrder,
      code: 0,
      rule: "",
      text: "",
      transient: false,
      account: this.id,
      instrument: 0,
      clOrdId,
      origClOrdId: "",
      unit: LimitUnit.None,
      limit: 0n,
      value: 0n,
      headroom: 0n,
      currency: "",
      scope: undefined,
    };
  }
}

function addTo(base: PositionEvent, lots: number, costMinor: bigint, fee: bigint, accountSeq: number): PositionEvent {
  const feesMinor = base.feesMinor + fee;
  const total = base.lots + lots;
  if (base.lots === 0 || base.lots > 0 === lots > 0) {
    return { ...base, accountSeq, lots: total, costMinor: base.costMinor + costMinor, feesMinor };
  }
  const closing = Math.min(Math.abs(lots), Math.abs(base.lots));
  const closedCost = (base.costMinor * BigInt(closing)) / BigInt(Math.abs(base.lots));
  const closedWorth = (costMinor * BigInt(closing)) / BigInt(Math.abs(lots));
  return {
    ...base,
    accountSeq,
    lots: total,
    costMinor: base.costMinor - closedCost + (costMinor - closedWorth),
    realisedMinor: base.realisedMinor - closedWorth - closedCost,
    feesMinor,
  };
}
