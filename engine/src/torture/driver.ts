/**
 * The independent client of the kill proof, a process of its own: seeded orders over the real socket, limits by REST, and a log
 * of all that it sent and heard.
 *
 * It is told `up` by its parent when a server listens, logs on, asks again for whatever had no answer, and then trades until the
 * connection is lost. `finish` makes it cancel everything and wait until it has every answer. It judges nothing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelFrame, logonFrame, massCancelFrame, newOrderFrame, replaceFrame } from "@jware/schemas/client-frames";
import {
  ExecType,
  InstrumentList,
  OrdStatus,
  OrdType,
  SelfTradePrevention,
  ServerBody,
  ServerFrame,
  Side,
  TimeInForce,
} from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { WebSocket } from "undici";
import { ClientLog, type Entry, type FillFact, type Report, type SentRequest } from "./client-log.js";
import { entryOf, stepsOf, textOf } from "./private-frames.js";
import { Seeded } from "./seeded.js";

export interface DriverOptions {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly wsPort: number;
  readonly logFile: string;
  readonly seed: number;
}

export type ToDriver = { readonly kind: "up" } | { readonly kind: "finish" } | { readonly kind: "listFills" };
export type FromDriver =
  | { readonly kind: "live" }
  | { readonly kind: "lost" }
  | { readonly kind: "listed" }
  | { readonly kind: "finished" }
  | { readonly kind: "failed"; readonly reason: string };

const SYMBOL = "BTC-USD";
const ACCOUNT_NAME = "PAPER-1";
const ACCOUNT = 1001;
/** It never is silent for so long; a server that takes a jump of the clock for silence would close it. */
const HEARTBEAT_MS = 30_000;
const OUTSTANDING_MAX = 8;
const LIVE_MAX = 30;
const QUIET_MS_MAX = 30_000;
const PAGE_ROWS = 1000;
const UNPROCESSABLE = 422;
const OPEN_ORDERS_MIN = 100;
const OPEN_ORDERS_MAX = 999;
const DONE: ReadonlySet<number> = new Set([OrdStatus.Filled, OrdStatus.Canceled, OrdStatus.Expired, OrdStatus.Rejected]);

interface Units {
  readonly instrument: number;
  readonly priceDecimals: number;
  readonly tickMantissa: bigint;
  readonly qtyDecimals: number;
  readonly lotMantissa: bigint;
}

class Driver {
  readonly #options: DriverOptions;
  readonly #log: ClientLog;
  readonly #random: Seeded;
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
        if (this.#pending.size >= OUTSTANDING_MAX) await this.#change();
        else await this.#act(socket);
      }
    } catch (error) {
      // A server that is killed under a REST request says so this way.
      if (isOpen() && !isCutOff(error)) throw error;
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
    while (BigInt(fills[0]?.execId ?? "0") < BigInt(upToExecId) && Date.now() < deadline)
      fills = await this.#fillsAfter(afterExecId);
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
    const { wsPort, dataDir } = this.#options;
    const { apiKey } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8")) as { apiKey: string };
    const socket = new WebSocket(`ws://127.0.0.1:${wsPort}/v1/orders`);
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
      socket.addEventListener("open", () =>
        socket.send(logonFrame({ apiKey }, { clientName: "torture", heartbeatMs: HEARTBEAT_MS })),
      );
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
        if (DONE.has(entry.ordStatus)) this.#live.delete(entry.orderId);
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
      const timer = setTimeout(resolve, 20);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #act(socket: WebSocket): Promise<void> {
    const draw = this.#random.next();
    const orders = [...this.#live.values()].filter(({ orderId }) => !this.#isAddressed(orderId));
    const order = this.#random.pick(orders);
    if (draw < 0.02) this.#massCancel(socket);
    else if (draw < 0.05) await this.#setLimit();
    else if (draw < 0.08) await this.#orderByRest();
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

  async #orderByRest(): Promise<void> {
    const units = this.#units;
    if (units === undefined) return;
    const terms = { account: ACCOUNT, instrument: units.instrument, clOrdId: this.#name("g"), side: Side.Buy };
    const [orderQty, price] = [BigInt(this.#random.whole(1, 40)), this.#near()];
    const limits = { ordType: OrdType.Limit, timeInForce: TimeInForce.Gtc, orderQtyLots: orderQty, priceTicks: price };
    const frame = newOrderFrame({ ...terms, ...limits });
    const { clOrdId } = terms;
    const request = { t: "sent", kind: "new", clOrdId, orderQty: String(orderQty), price: String(price), again: false } as const;
    this.#log.write(request);
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
      if (!(error instanceof StatusError) || error.status !== UNPROCESSABLE) throw error;
      this.#log.write({ t: "refusal", clOrdId, rule: error.message });
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
    await this.#admin("PUT", "limits", { scope, limit: "openOrders", max, reason: "torture" });
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
      await sleep(20);
    }
  }

  async #admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { users } = JSON.parse(readFileSync(join(this.#options.dataDir, "credentials.json"), "utf8"));
    if (this.#adminToken === "") this.#adminToken = await this.#signIn(users.admin);
    try {
      return await this.#call(method, path, this.#adminToken, body);
    } catch (error) {
      if (!(error instanceof StatusError) || error.status !== 401) throw error;
      this.#adminToken = await this.#signIn(users.admin);
      return this.#call(method, path, this.#adminToken, body);
    }
  }

  async #signIn({ username, password }: { username: string; password: string }): Promise<string> {
    const { accessToken } = await this.#call("POST", "session", "", { username, password });
    return String(accessToken);
  }

  #rest(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { apiKey } = JSON.parse(readFileSync(join(this.#options.dataDir, "credentials.json"), "utf8")) as { apiKey: string };
    return this.#call(method, path, apiKey, body);
  }

  async #call(method: string, path: string, token: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`http://127.0.0.1:${this.#options.httpPort}/api/v1/${path}`, {
      method,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new StatusError(answer.status, `${method} ${path} gave ${answer.status}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }
}

class StatusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What `fetch` throws where the other end goes away. */
const isCutOff = (error: unknown): boolean => error instanceof TypeError;

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
  process.send?.(message);
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
