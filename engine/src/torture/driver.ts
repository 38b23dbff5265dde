/**
 * The independent client of the kill proof, a process of its own: seeded orders over the real socket, limits by REST, and a log
 * of all that it sent and heard.
 *
 * It is told `up` by its parent when a server listens, logs on, asks again for whatever had no answer, and then trades until the
 * connection is lost. Orders whose names begin with `gtd-` are not its own, and it lets them be. `finish` makes it cancel everything and wait until it has every answer. It judges nothing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelFrame, logonFrame, massCancelFrame, newOrderFrame, replaceFrame } from "@jware/schemas/client-frames";
import { DONE_ORD_STATUSES } from "@jware/schemas/order-names";
import {
  ExecType,
  InstrumentList,
  OrdType,
  SelfTradePrevention,
  ServerBody,
  ServerFrame,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { WebSocket } from "undici";
import { ClientLog, type Entry, type FillFact, FOREIGN_PREFIX, type Report, type SentRequest } from "./client-log.js";
import { PAPER_ACCOUNT as ACCOUNT, PAPER_ACCOUNT_NAME as ACCOUNT_NAME } from "../paper-account.js";
import { Pace } from "./pace.js";
import { entryOf, stepsOf, textOf } from "./private-frames.js";
import { call, isCutOff, isUnanswered, signIn, StatusError } from "./rest.js";
import { Seeded } from "./seeded.js";

export interface DriverOptions {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly wsPort: number;
  readonly logFile: string;
  readonly seed: number;
  /** As many as it can where absent. */
  readonly actsPerSecond?: number;
}

export type ToDriver = { readonly kind: "up" } | { readonly kind: "finish" } | { readonly kind: "listFills" };
export type FromDriver =
  | { readonly kind: "live" }
  | { readonly kind: "lost" }
  | { readonly kind: "listed" }
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly reason: string };

const SYMBOL = "BTC-USD";
/** It never is silent for so long; a server that takes a jump of the clock for silence would close it. */
const HEARTBEAT_MS = 30_000;
/** How many of its connections ask for cancel-on-disconnect. */
const ASKING_SHARE = 0.5;
const OUTSTANDING_MAX = 8;
const LIVE_MAX = 30;
const QUIET_MS_MAX = 30_000;
const PAUSE_MS = 20;
const PAGE_ROWS = 1000;
const SIGN_INS_MAX = 3;
const UNAUTHORIZED = 401;
/** The core's refusals, and the gateway's of what comes too fast: nothing was done. */
const REFUSED: readonly number[] = [422, 429];
const OPEN_ORDERS_MIN = 100;
const OPEN_ORDERS_MAX = 999;

interface Units {
  readonly instrument: number;
  readonly priceDecimals: number;
  readonly tickMantissa: bigint;
  readonly qtyDecimals: number;
  readonly lotMantissa: bigint;
}

/** Orders of the same account that the proof itself sends are left alone: whether they end by themselves is what it asks. */
const isForeign = (clOrdId: string): boolean => clOrdId.startsWith(FOREIGN_PREFIX);

const isRefused = (error: unknown): boolean => error instanceof StatusError && REFUSED.includes(error.status);

class Driver {
  readonly #options: DriverOptions;
  readonly #log: ClientLog;
  readonly #random: Seeded;
  readonly #pace: Pace;
  /** Without an answer, oldest first. */
  readonly #pending = new Map<string, { readonly request: SentRequest; readonly frame: Uint8Array }>();
  readonly #live = new Map<string, Report>();
  #units: Units | undefined;
  #midTicks = 0n;
  #socket: WebSocket | undefined;
  #nameCount = 0;
  #isFinishing = false;
  #limitMax: string | undefined;
  #lastListedExecId = "0";
  #lastFillExecId = "0";
  #adminToken = "";
  #changed: () => void = () => undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#log = new ClientLog(options.logFile);
    this.#random = new Seeded(options.seed);
    this.#pace = new Pace(options.actsPerSecond ?? Number.POSITIVE_INFINITY);
  }

  /** Connects, resolves what is open, and trades until the connection is lost. */
  async serve(): Promise<void> {
    const socket = await this.#connect();
    if (socket === undefined) return;
    const isOpen = (): boolean => this.#socket === socket;
    try {
      await this.#findLimit();
      if (this.#midTicks === 0n) this.#midTicks = await this.#findMid();
      for (const { request, frame } of [...this.#pending.values()]) {
        if (!isOpen()) return;
        this.#log.write({ ...request, again: true });
        socket.send(frame);
      }
      while (isOpen() && !this.#isFinishing) {
        if (this.#pending.size >= OUTSTANDING_MAX) {
          await this.#change();
          continue;
        }
        const waitMs = this.#pace.next();
        if (waitMs > 0) await sleep(waitMs);
        if (isOpen() && !this.#isFinishing) await this.#act(socket);
      }
    } catch (error) {
      if (!isCutOff(error) && !isUnanswered(error)) throw error;
      // A server that is killed or stops under a REST request. Then the socket ends too.
      const deadline = Date.now() + QUIET_MS_MAX;
      while (isOpen() && Date.now() < deadline) await this.#change();
      if (isOpen()) throw error;
    }
  }

  /** Everything canceled, every answer there. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    const deadline = Date.now() + QUIET_MS_MAX;
    await this.#quiet(deadline);
    const socket = this.#socket;
    if (socket === undefined) throw new Error("the connection was lost while nothing was to be killed");
    this.#massCancel(socket);
    await this.#quiet(deadline);
    await this.#findLimit();
    await this.listFills();
  }

  /** The fills since the last time, up to the last one told by now. The database may be late: then it is asked again. */
  async listFills(): Promise<void> {
    const [afterExecId, upToExecId] = [this.#lastListedExecId, this.#lastFillExecId];
    const deadline = Date.now() + QUIET_MS_MAX;
    let fills = await this.#fillsAfter(afterExecId);
    while (BigInt(fills[0]?.execId ?? "0") < BigInt(upToExecId) && Date.now() < deadline) {
      await sleep(PAUSE_MS);
      fills = await this.#fillsAfter(afterExecId);
    }
    this.#log.write({ t: "fillsListed", afterExecId, upToExecId, fills });
    this.#lastListedExecId = upToExecId;
  }

  /** Newest first. */
  async #fillsAfter(afterExecId: string): Promise<readonly FillFact[]> {
    const units = this.#units;
    const fills: FillFact[] = [];
    let before = "";
    for (;;) {
      const page = await this.#rest("GET", `executions?account=${ACCOUNT_NAME}&execType=trade&limit=${PAGE_ROWS}${before}`);
      for (const { execId, orderId, side, lastQty, lastPx } of page.executions as readonly Record<string, string>[]) {
        if (units === undefined) throw new Error("a client that logged on knows the instruments");
        const qty = String(stepsOf(lastQty ?? "0", units.qtyDecimals, units.lotMantissa));
        const price = String(stepsOf(lastPx ?? "0", units.priceDecimals, units.tickMantissa));
        fills.push({ execId: execId ?? "", orderId: orderId ?? "", side: side ?? "", qty, price });
      }
      if (page.next === null || BigInt(fills.at(-1)?.execId ?? "0") <= BigInt(afterExecId)) return fills;
      before = `&before=${encodeURIComponent(page.next as string)}`;
    }
  }

  async #quiet(deadline: number): Promise<void> {
    while (this.#pending.size > 0) {
      if (Date.now() > deadline) throw new Error(`no answer to ${[...this.#pending.keys()].join(", ")}`);
      await this.#change();
    }
  }

  async #connect(): Promise<WebSocket | undefined> {
    const { apiKey } = this.#credentials();
    const cancelOnDisconnect = this.#random.next() < ASKING_SHARE;
    const socket = new WebSocket(`ws://127.0.0.1:${this.#options.wsPort}/v1/orders`);
    socket.binaryType = "arraybuffer";
    const ended = new Promise<undefined>((resolve) => {
      const end = (): void => {
        if (this.#socket === socket) {
          this.#socket = undefined;
          this.#log.write({ t: "lost" });
          tell({ kind: "lost" });
        }
        this.#changed();
        resolve(undefined);
      };
      socket.addEventListener("close", end);
      socket.addEventListener("error", end);
    });
    const live = new Promise<WebSocket>((resolve) => {
      socket.addEventListener("open", () => {
        this.#log.write({ t: "logon", cancelOnDisconnect });
        socket.send(logonFrame({ apiKey }, { clientName: "torture", heartbeatMs: HEARTBEAT_MS, cancelOnDisconnect }));
      });
      socket.addEventListener("message", (event) => {
        const frame = ServerFrame.getRootAsServerFrame(new ByteBuffer(new Uint8Array(event.data as ArrayBuffer)));
        if (frame.bodyType() === ServerBody.AccountSnapshot) this.#socket = socket;
        this.#hear(frame);
        if (frame.bodyType() === ServerBody.AccountSnapshot) resolve(socket);
      });
    });
    const found = await Promise.race([live, ended]);
    if (found !== undefined) tell({ kind: "live" });
    return found;
  }

  #hear(frame: ServerFrame): void {
    if (frame.bodyType() === ServerBody.InstrumentList) this.#units = unitsOf(frame.body(new InstrumentList()) as InstrumentList);
    const entry = entryOf(frame);
    if (entry === undefined) return;
    this.#log.write(entry);
    this.#settle(entry);
    this.#changed();
  }

  #settle(entry: Entry): void {
    switch (entry.t) {
      case "snapshot":
        this.#live.clear();
        for (const order of entry.orders) this.#live.set(order.orderId, order);
        return;
      case "refusal":
      case "massCanceled":
        this.#pending.delete(entry.clOrdId);
        return;
      case "report":
        if (DONE_ORD_STATUSES.has(entry.ordStatus)) this.#live.delete(entry.orderId);
        else this.#live.set(entry.orderId, entry);
        this.#pending.delete(entry.clOrdId);
        if (entry.execType === ExecType.Trade) {
          this.#midTicks = BigInt(entry.lastPx);
          this.#lastFillExecId = entry.execId;
        }
        if (entry.execType !== ExecType.Canceled) return;
        for (const { request } of this.#pending.values()) {
          if (request.kind === "cancel" && request.orderId === entry.orderId) this.#pending.delete(request.clOrdId);
        }
    }
  }

  /** Resolves at the next thing heard, or soon. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #act(socket: WebSocket): Promise<void> {
    const draw = this.#random.next();
    const live = [...this.#live.values()];
    const orders = live.filter(({ orderId, clOrdId }) => !this.#isAddressed(orderId) && !isForeign(clOrdId));
    const order = this.#random.pick(orders);
    if (draw < 0.02) {
      if (!live.some(({ clOrdId }) => isForeign(clOrdId))) this.#massCancel(socket);
    } else if (draw < 0.05) await this.#setLimit();
    else if (draw < 0.08) await this.#orderByRest(socket);
    else if (order !== undefined && (draw < 0.25 || orders.length > LIVE_MAX)) this.#cancel(socket, order);
    else if (order !== undefined && draw < 0.4) this.#replace(socket, order);
    else this.#order(socket, draw > 0.9);
    // Lets answers in, and now and then the journal come to rest.
    if (draw > 0.97) await sleep(this.#random.whole(1, 12));
    else await new Promise((resolve) => setImmediate(resolve));
  }

  #isAddressed(orderId: string): boolean {
    for (const { request } of this.#pending.values()) if (request.orderId === orderId) return true;
    return false;
  }

  #order(socket: WebSocket, isMarket: boolean): void {
    const side = this.#random.next() < 0.5 ? Side.Buy : Side.Sell;
    const orderQty = this.#random.whole(1, 40);
    const price = isMarket ? 0n : this.#near();
    const timeInForce = isMarket || this.#random.next() < 0.2 ? TimeInForce.Ioc : TimeInForce.Gtc;
    const clOrdId = this.#name("n");
    const frame = newOrderFrame({
      ...{ account: ACCOUNT, instrument: this.#units?.instrument ?? 0, clOrdId, side, timeInForce },
      ordType: isMarket ? OrdType.Market : OrdType.Limit,
      orderQtyLots: orderQty,
      priceTicks: price,
      selfTradePrevention: SelfTradePrevention.Allow,
    });
    this.#send(socket, frame, {
      t: "sent",
      kind: "new",
      clOrdId,
      orderQty: String(orderQty),
      price: String(price),
      again: false,
    });
  }

  async #orderByRest(socket: WebSocket): Promise<void> {
    const units = this.#units;
    if (units === undefined) return;
    const terms = { account: ACCOUNT, instrument: units.instrument, clOrdId: this.#name("g"), side: Side.Buy };
    const [orderQty, price] = [BigInt(this.#random.whole(1, 40)), this.#near()];
    const limits = { ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: orderQty, priceTicks: price };
    const frame = newOrderFrame({ ...terms, ...limits });
    const { clOrdId } = terms;
    const request = { t: "sent", kind: "new", clOrdId, orderQty: String(orderQty), price: String(price), again: false } as const;
    this.#log.write({ ...request, byRest: true });
    // Kept so that it is asked for again by the socket, with the same content, where this answer is lost.
    this.#pending.set(clOrdId, { request, frame });
    const texts = {
      orderQty: textOf(orderQty * units.lotMantissa, units.qtyDecimals),
      price: textOf(price * units.tickMantissa, units.priceDecimals),
    };
    const body = { account: ACCOUNT_NAME, clOrdId, symbol: SYMBOL, side: "buy", ordType: "limit", timeInForce: "gtc", ...texts };
    try {
      const { orderId } = await this.#rest("POST", "orders", body);
      this.#log.write({ t: "restTaken", clOrdId, orderId: String(orderId) });
    } catch (error) {
      if (isUnanswered(error)) {
        // Carried out or not: the same request again says which.
        this.#log.write({ ...request, again: true });
        socket.send(frame);
        return;
      }
      if (!isRefused(error)) throw error;
      this.#log.write({ t: "refusal", clOrdId, rule: String(error) });
      this.#pending.delete(clOrdId);
    }
  }

  /** More than before, so that it is never less than was filled. */
  #replace(socket: WebSocket, order: Report): void {
    const orderQty = BigInt(order.orderQty) + BigInt(this.#random.whole(0, 20));
    const price = this.#near();
    const clOrdId = this.#name("r");
    const { orderId, clOrdId: origClOrdId } = order;
    const frame = replaceFrame({
      ...{ account: ACCOUNT, clOrdId, origClOrdId, orderId: BigInt(orderId), orderQtyLots: orderQty, priceTicks: price },
    });
    const terms = { orderId, orderQty: String(orderQty), price: String(price) };
    this.#send(socket, frame, { t: "sent", kind: "replace", clOrdId, ...terms, again: false });
  }

  #cancel(socket: WebSocket, { orderId, clOrdId: origClOrdId }: Report): void {
    const clOrdId = this.#name("c");
    const frame = cancelFrame({ account: ACCOUNT, clOrdId, origClOrdId, orderId: BigInt(orderId) });
    this.#send(socket, frame, { t: "sent", kind: "cancel", clOrdId, orderId, again: false });
  }

  #massCancel(socket: WebSocket): void {
    const clOrdId = this.#name("m");
    this.#send(socket, massCancelFrame({ account: ACCOUNT, clOrdId }), { t: "sent", kind: "massCancel", clOrdId, again: false });
  }

  #send(socket: WebSocket, frame: Uint8Array, request: SentRequest): void {
    this.#log.write(request);
    this.#pending.set(request.clOrdId, { request, frame });
    socket.send(frame);
  }

  #name(kind: string): string {
    this.#nameCount += 1;
    return `${kind}${this.#nameCount}`;
  }

  /** Around the last price, so that about half of the orders meet something. */
  #near(): bigint {
    const spread = this.#midTicks / 2_000n;
    return this.#midTicks + BigInt(this.#random.whole(-Number(spread), Number(spread)));
  }

  async #setLimit(): Promise<void> {
    const max = String(this.#random.whole(OPEN_ORDERS_MIN, OPEN_ORDERS_MAX));
    this.#log.write({ t: "limitSent", max });
    const scope = { of: "account", account: ACCOUNT_NAME };
    try {
      await this.#admin("PUT", "limits", { scope, limit: "openOrders", max, reason: "torture" });
    } catch (error) {
      // The log says that it was asked for, and not that it was answered.
      if (!isUnanswered(error) && !isRefused(error)) throw error;
      return;
    }
    this.#log.write({ t: "limitAnswered", max });
    this.#limitMax = max;
  }

  async #findLimit(): Promise<void> {
    const { limits } = await this.#admin("GET", "limits");
    const found = (limits as readonly { limit: string; max: string; scope: { of: string } }[]).find(
      ({ limit, scope }) => limit === "openOrders" && scope.of === "account",
    );
    if (found === undefined && this.#limitMax === undefined) return;
    this.#log.write({ t: "limitFound", max: found?.max ?? null });
  }

  async #findMid(): Promise<bigint> {
    const units = this.#units;
    for (;;) {
      const { bids } = await this.#rest("GET", `book?symbol=${SYMBOL}&depth=1`);
      const [best] = bids as readonly (readonly [price: string, qty: string])[];
      if (best !== undefined && units !== undefined) return stepsOf(best[0], units.priceDecimals, units.tickMantissa);
      await sleep(PAUSE_MS);
    }
  }

  async #admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { users } = this.#credentials();
    if (this.#adminToken === "") this.#adminToken = await signIn(this.#options.httpPort, users.admin);
    // A clock that jumps between a sign-in and its use ends the new token, too: once more then.
    for (let left = SIGN_INS_MAX; ; left -= 1) {
      try {
        return await this.#call(method, path, this.#adminToken, body);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status !== UNAUTHORIZED || left === 0) throw error;
        this.#adminToken = await signIn(this.#options.httpPort, users.admin);
      }
    }
  }

  #rest(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return this.#call(method, path, this.#credentials().apiKey, body);
  }

  #credentials(): { readonly apiKey: string; readonly users: { readonly admin: { username: string; password: string } } } {
    return JSON.parse(readFileSync(join(this.#options.dataDir, "credentials.json"), "utf8"));
  }

  async #call(method: string, path: string, token: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await call(this.#options.httpPort, method, path, { token, body });
    if (answer.status < 400) return answer.body as Record<string, unknown>;
    throw new StatusError(answer.status, `${method} ${path} gave ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

function unitsOf(list: InstrumentList): Units | undefined {
  for (let index = 0; index < list.instrumentsLength(); index += 1) {
    const each = list.instruments(index);
    if (each?.symbol() !== SYMBOL) continue;
    return {
      instrument: each.instrument(),
      priceDecimals: each.priceDecimals(),
      tickMantissa: each.tickMantissa(),
      qtyDecimals: each.qtyDecimals(),
      lotMantissa: each.lotMantissa(),
    };
  }
  return undefined;
}

function tell(message: FromDriver): void {
  // A parent that is gone hears nothing; that it is gone ends us.
  process.send?.(message, undefined, undefined, () => undefined);
}

const driver = new Driver(JSON.parse(process.argv[2] ?? "{}") as DriverOptions);
const failed = (error: unknown): void => {
  tell({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
};
process.on("message", ({ kind }: ToDriver) => {
  if (kind === "up") driver.serve().catch(failed);
  else if (kind === "listFills") driver.listFills().then(() => tell({ kind: "listed" }), failed);
  else driver.finish().then(() => tell({ kind: "finished" }), failed);
});
process.on("disconnect", () => process.exit(0));
