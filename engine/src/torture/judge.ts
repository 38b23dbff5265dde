/**
 * Judges a client's log: whether anything that was acknowledged got lost, doubled, altered or undone.
 *
 * A pure fold over entries; it knows the protocol's promises (docs/protocol.md) and nothing of how the server keeps them.
 * `take` gives the promises that the entry breaks, one sentence each.
 * Limit: it keeps every request, order and report in memory, some 2 KiB for each order. What is stored it takes in parts.
 */
import { DONE_ORD_STATUSES } from "@jware/schemas/order-names";
import { ExecReason, ExecType } from "@jware/schemas/wire";
import type { Entry, FillFact, PositionFact, Report, SentRequest, StoredOrder } from "./client-log.js";

interface RequestState {
  readonly sent: SentRequest;
  /** `taken`: carried out, or an order that exists. Undefined while nobody knows. */
  outcome: "taken" | "refused" | undefined;
}

interface OrderState {
  readonly orderId: string;
  readonly instrument: number;
  readonly side: number;
  clOrdId: string;
  ordStatus: number;
  orderQty: string;
  price: string;
  cumQty: bigint;
  isDone: boolean;
}

export class Judge {
  readonly #requests = new Map<string, RequestState>();
  readonly #orders = new Map<string, OrderState>();
  /** Ids of orders that are live as far as is known. */
  readonly #live = new Set<string>();
  readonly #orderIdByName = new Map<string, string>();
  /** Reports as told, by account_seq; those that were found stored are gone from it. */
  readonly #told = new Map<number, Report>();
  #toldCount = 0;
  readonly #stored = new StoredSums();
  readonly #fills = new Map<string, Report>();
  readonly #positions = new Map<number, bigint>();
  /** Cancels that were sent and not answered, by order. */
  readonly #cancels = new Map<string, string[]>();
  /** Whether the connection asked that its orders end with it. */
  #isAsking = false;
  /** Names of orders that were sent in a way in which they stay; and in a way in which they end with the connection. */
  readonly #mayStay = new Set<string>();
  readonly #mayEnd = new Set<string>();
  /** What an order was first called, by id. */
  readonly #firstNames = new Map<string, string>();
  #lastSeq = 0;
  #isConnected = false;
  #limit: { acknowledged: string | null; unanswered: string[] } = { acknowledged: null, unanswered: [] };
  #found: string[] = [];

  /** Orders that exist, fills told, requests answered. */
  get counts(): { readonly orders: number; readonly fills: number; readonly requests: number; readonly reports: number } {
    return { orders: this.#orders.size, fills: this.#fills.size, requests: this.#requests.size, reports: this.#toldCount };
  }

  take(entry: Entry): readonly string[] {
    this.#found = [];
    switch (entry.t) {
      case "logon":
        this.#isAsking = entry.cancelOnDisconnect;
        break;
      case "sent":
        this.#takeSent(entry);
        break;
      case "report":
        this.#takeReport(entry);
        break;
      case "refusal":
        this.#takeRefusal(entry.clOrdId, entry.rule);
        break;
      case "restTaken": {
        const orderId = this.#orderIdByName.get(entry.clOrdId);
        if (orderId !== undefined && orderId !== entry.orderId)
          this.#breaks(`${entry.clOrdId} is ${entry.orderId} by REST, and ${orderId}`);
        this.#answer(entry.clOrdId, "taken");
        break;
      }
      case "massCanceled":
        this.#takeMassCanceled(entry.clOrdId);
        break;
      case "position":
        this.#step(entry.accountSeq);
        this.#comparePosition(entry);
        break;
      case "sequenced":
        this.#step(entry.accountSeq);
        break;
      case "snapshot":
        this.#takeSnapshot(entry.accountSeq, entry.orders, entry.positions);
        break;
      case "lost":
        this.#isConnected = false;
        break;
      case "limitSent":
        this.#limit.unanswered.push(entry.max);
        break;
      case "limitAnswered":
        this.#limit = { acknowledged: entry.max, unanswered: [] };
        break;
      case "limitFound":
        if (entry.max !== this.#limit.acknowledged && !this.#limit.unanswered.includes(entry.max ?? ""))
          this.#breaks(`the limit is ${entry.max}, but ${this.#limit.acknowledged} was acknowledged`);
        this.#limit = { acknowledged: entry.max, unanswered: [] };
        break;
      case "fillsListed":
        this.#compareFills(BigInt(entry.afterExecId), BigInt(entry.upToExecId), entry.fills);
        break;
      case "stored":
        for (const report of entry.executions) this.#takeStored(report);
        break;
      case "everything":
        for (const { accountSeq, clOrdId } of this.#told.values())
          this.#breaks(`event ${accountSeq} (${clOrdId}) was told, and is not stored`);
        this.#compareOrders(entry.orders);
        this.#compareSums(entry.positions, entry.ledgerSums);
        this.#compareRequests();
        break;
    }
    return this.#found;
  }

  #breaks(sentence: string): void {
    this.#found.push(sentence);
  }

  #takeSent(sent: SentRequest): void {
    if (!sent.again) this.#requests.set(sent.clOrdId, { sent, outcome: undefined });
    if (sent.kind === "new") (this.#isAsking && !sent.byRest ? this.#mayEnd : this.#mayStay).add(sent.clOrdId);
    if (sent.kind === "cancel" && sent.orderId !== undefined) {
      this.#cancels.set(sent.orderId, [...(this.#cancels.get(sent.orderId) ?? []), sent.clOrdId]);
    }
  }

  /** The next event of the account. */
  #step(accountSeq: number): void {
    if (!this.#isConnected) this.#breaks(`event ${accountSeq} came before a snapshot`);
    else if (accountSeq !== this.#lastSeq + 1) this.#breaks(`event ${accountSeq} came after event ${this.#lastSeq}`);
    this.#lastSeq = Math.max(this.#lastSeq, accountSeq);
  }

  #takeReport(report: Report): void {
    if (report.execType === ExecType.Status) {
      this.#takeStatus(report, "asked for again");
      this.#answer(report.clOrdId, "taken");
      return;
    }
    this.#step(report.accountSeq);
    this.#told.set(report.accountSeq, report);
    this.#toldCount += 1;
    const known = this.#orders.get(report.orderId);
    if (report.execType === ExecType.New) this.#takeNew(report);
    else if (known === undefined) this.#breaks(`${report.orderId} has a report before it was accepted`);
    else if (known.isDone) this.#breaks(`${report.orderId} has a report after it had ended`);
    const filled = BigInt(report.lastQty);
    if (report.execType === ExecType.Trade) this.#takeFill(report);
    if (known !== undefined && BigInt(report.cumQty) !== known.cumQty + filled)
      this.#breaks(`${report.orderId} went from ${known.cumQty} to ${report.cumQty} filled by a fill of ${filled}`);
    if (known !== undefined && report.execType !== ExecType.Replaced) this.#compareTerms(report, known);
    this.#keep(report);
    // Also by what happens to the order under that name: the answer may be lost, and the next snapshot have it. Nobody asks for it again then.
    const kind = this.#requests.get(report.clOrdId)?.sent.kind;
    if (kind === "new" || kind === "replace") this.#answer(report.clOrdId, "taken");
    if (report.execType === ExecType.Canceled) this.#answerCancels(report);
  }

  /** Only a replace changes what an order asks for, and is called; an end by a cancel is told in that request's name. */
  #compareTerms(report: Report, known: OrderState): void {
    const sent = this.#requests.get(report.clOrdId)?.sent;
    const isCancelOfIt = report.execType === ExecType.Canceled && sent?.kind === "cancel" && sent.orderId === report.orderId;
    const isNamed = report.clOrdId === known.clOrdId || isCancelOfIt;
    if (!isNamed || report.orderQty !== known.orderQty || report.price !== known.price)
      this.#breaks(
        `${report.orderId} is ${report.clOrdId} for ${report.orderQty} at ${report.price}, without a replace of ${known.clOrdId} for ${known.orderQty} at ${known.price}`,
      );
  }

  #takeNew(report: Report): void {
    if (this.#orders.has(report.orderId) || this.#orderIdByName.has(report.clOrdId))
      this.#breaks(`${report.clOrdId} was accepted twice`);
    if (!this.#requests.has(report.clOrdId)) this.#breaks(`${report.clOrdId} was accepted, but nobody asked for it`);
  }

  #takeFill(report: Report): void {
    if (this.#fills.has(report.execId)) this.#breaks(`fill ${report.execId} was told twice`);
    this.#fills.set(report.execId, report);
    const signed = report.side === 1 ? BigInt(report.lastQty) : -BigInt(report.lastQty);
    this.#positions.set(report.instrument, (this.#positions.get(report.instrument) ?? 0n) + signed);
  }

  /** A request is answered once; what was refused before was not carried out, and the other way round. */
  #answer(clOrdId: string, outcome: "taken" | "refused"): void {
    const request = this.#requests.get(clOrdId);
    if (request === undefined) return;
    if (request.outcome !== undefined && request.outcome !== outcome)
      this.#breaks(`${clOrdId} was ${request.outcome}, and then ${outcome}`);
    request.outcome ??= outcome;
  }

  #answerCancels(report: Report): void {
    for (const clOrdId of this.#cancels.get(report.orderId) ?? []) this.#answer(clOrdId, "taken");
    this.#cancels.delete(report.orderId);
  }

  /** An order as it stands: what was told of it before must still hold. */
  #takeStatus(report: Report, where: string): void {
    const known = this.#orders.get(report.orderId);
    if (known === undefined) {
      const other = this.#orderIdByName.get(report.clOrdId);
      if (other !== undefined) this.#breaks(`${report.clOrdId} is ${other} and ${report.orderId} (${where})`);
      if (!this.#requests.has(report.clOrdId)) this.#breaks(`${report.clOrdId} is an order that nobody asked for (${where})`);
    } else {
      if (BigInt(report.cumQty) < known.cumQty)
        this.#breaks(`${report.orderId} has ${report.cumQty} filled, but ${known.cumQty} was told (${where})`);
      if (known.isDone && !DONE_ORD_STATUSES.has(report.ordStatus)) this.#breaks(`${report.orderId} is live again (${where})`);
      const isChanged = report.orderQty !== known.orderQty || report.price !== known.price;
      if (isChanged && !this.#mayBeReplaced(known))
        this.#breaks(
          `${report.orderId} is for ${report.orderQty} at ${report.price}, not ${known.orderQty} at ${known.price} (${where})`,
        );
    }
    if (this.#requests.get(report.clOrdId)?.outcome === "refused")
      this.#breaks(`${report.clOrdId} was refused, and exists (${where})`);
    this.#keep(report);
  }

  /** Whether a replace of the order is under way. */
  #mayBeReplaced(order: OrderState): boolean {
    for (const { sent, outcome } of this.#requests.values()) {
      if (outcome === undefined && sent.kind === "replace" && sent.orderId === order.orderId) return true;
    }
    return false;
  }

  #keep(report: Report): void {
    const isDone = DONE_ORD_STATUSES.has(report.ordStatus);
    const { orderId, instrument, side, clOrdId, ordStatus, orderQty, price } = report;
    const state: OrderState = {
      orderId,
      instrument,
      side,
      clOrdId,
      ordStatus,
      orderQty,
      price,
      cumQty: BigInt(report.cumQty),
      isDone,
    };
    this.#orders.set(orderId, state);
    if (!this.#firstNames.has(orderId)) this.#firstNames.set(orderId, clOrdId);
    this.#orderIdByName.set(clOrdId, orderId);
    if (isDone) this.#live.delete(orderId);
    else this.#live.add(orderId);
  }

  #takeRefusal(clOrdId: string, rule: string): void {
    const sent = this.#requests.get(clOrdId)?.sent;
    if (rule === "DUPLICATE_CLORDID") this.#breaks(`${clOrdId} was sent with one content, and refused as another`);
    if (sent?.kind === "new" && this.#orderIdByName.has(clOrdId)) this.#breaks(`${clOrdId} exists, and was refused as ${rule}`);
    // A cancel or replace that was carried out unseen is refused when it is sent again: the order is done, or is named otherwise.
    if (sent?.kind === "new") this.#answer(clOrdId, "refused");
    else this.#settle(clOrdId);
    if (sent?.kind === "cancel" && sent.orderId !== undefined) this.#cancels.delete(sent.orderId);
  }

  #settle(clOrdId: string): void {
    const request = this.#requests.get(clOrdId);
    if (request !== undefined) request.outcome ??= "refused";
  }

  #takeMassCanceled(clOrdId: string): void {
    this.#answer(clOrdId, "taken");
    for (const orderId of this.#live) this.#breaks(`${orderId} is live after ${clOrdId} canceled everything`);
  }

  #comparePosition({ instrument, qty }: PositionFact): void {
    const sum = this.#positions.get(instrument) ?? 0n;
    if (sum !== BigInt(qty)) this.#breaks(`the position in ${instrument} is ${qty}, but its fills sum to ${sum}`);
  }

  #takeSnapshot(accountSeq: number, orders: readonly Report[], positions: readonly PositionFact[]): void {
    if (accountSeq < this.#lastSeq) this.#breaks(`the account is at event ${accountSeq}, but ${this.#lastSeq} was told`);
    const isSame = accountSeq === this.#lastSeq;
    const present = new Set(orders.map(({ orderId }) => orderId));
    for (const orderId of [...this.#live]) {
      if (present.has(orderId)) continue;
      // Ended unseen, or lost: the list of everything tells which.
      if (isSame) this.#breaks(`${orderId} was live, and is gone without an event`);
      this.#live.delete(orderId);
    }
    for (const order of orders) {
      if (isSame && !this.#orders.has(order.orderId)) this.#breaks(`${order.orderId} is there without an event`);
      this.#takeStatus(order, "in a snapshot");
      const name = this.#firstNames.get(order.orderId) ?? "";
      if (this.#mayEnd.has(name) && !this.#mayStay.has(name))
        this.#breaks(`${order.orderId} is live, though the connection that it came by asked that it end`);
    }
    const held = new Map(positions.map(({ instrument, qty }) => [instrument, BigInt(qty)]));
    if (isSame) {
      for (const instrument of this.#positions.keys())
        this.#comparePosition({ instrument, qty: String(held.get(instrument) ?? 0n) });
    }
    for (const [instrument, qty] of held) this.#positions.set(instrument, qty);
    this.#lastSeq = Math.max(this.#lastSeq, accountSeq);
    this.#isConnected = true;
  }

  /** Fills as the gateway lists them: each once, and each that was told among them. */
  #compareFills(after: bigint, upTo: bigint, fills: readonly FillFact[]): void {
    const listed = new Map(fills.map((fill) => [fill.execId, fill]));
    if (listed.size !== fills.length) this.#breaks(`${fills.length - listed.size} fills are listed twice`);
    for (const [execId, told] of this.#fills) {
      const fill = listed.get(execId);
      if (fill !== undefined) {
        if (fill.orderId !== told.orderId || fill.qty !== told.lastQty || fill.price !== told.lastPx)
          this.#breaks(
            `fill ${execId} is listed as ${fill.qty} at ${fill.price}, but ${told.lastQty} at ${told.lastPx} was told`,
          );
      } else if (BigInt(execId) > after && BigInt(execId) <= upTo) this.#breaks(`fill ${execId} was told, and is not listed`);
    }
  }

  /** A report is stored once, as it was told, at its place; and an order ended with a connection only where one asked for it. */
  #takeStored(report: Report): void {
    const { accountSeq, execId, orderId } = report;
    const told = this.#told.get(accountSeq);
    this.#told.delete(accountSeq);
    if (told !== undefined && fingerprint(report) !== fingerprint(told))
      this.#breaks(`event ${accountSeq} is stored as ${fingerprint(report)}, but ${fingerprint(told)} was told`);
    if (accountSeq <= this.#stored.lastSeq) this.#breaks(`event ${accountSeq} is stored at or before ${this.#stored.lastSeq}`);
    if (this.#stored.execIds.has(execId)) this.#breaks(`event ${accountSeq} shares its exec_id ${execId} with another`);
    this.#stored.add(report);
    if (report.reason === ExecReason.Disconnect && !this.#mayEnd.has(this.#stored.names.get(orderId) ?? ""))
      this.#breaks(`${orderId} ended with a connection that did not ask for it`);
  }

  #compareOrders(orders: readonly StoredOrder[]): void {
    const { filled } = this.#stored;
    const stored = new Map(orders.map((order) => [order.orderId, order]));
    for (const { orderId, cumQty, ordStatus } of orders) {
      if ((filled.get(orderId) ?? 0n) !== BigInt(cumQty))
        this.#breaks(`${orderId} has ${cumQty} filled, but its fills sum to ${filled.get(orderId) ?? 0n}`);
      if (!DONE_ORD_STATUSES.has(ordStatus)) this.#breaks(`${orderId} is live, though everything was canceled`);
    }
    for (const known of this.#orders.values()) {
      const order = stored.get(known.orderId);
      if (order === undefined) this.#breaks(`${known.orderId} (${known.clOrdId}) was acknowledged, and is lost`);
      else if (known.isDone && (order.ordStatus !== known.ordStatus || BigInt(order.cumQty) !== known.cumQty))
        this.#breaks(
          `${known.orderId} ended as ${known.ordStatus} with ${known.cumQty}, and is stored as ${order.ordStatus} with ${order.cumQty}`,
        );
    }
  }

  #compareSums(positions: readonly PositionFact[], sums: Readonly<Record<string, string>>): void {
    const held = new Map<number, bigint>(positions.map(({ instrument, qty }) => [instrument, BigInt(qty)]));
    for (const instrument of new Set([...held.keys(), ...this.#stored.traded.keys()])) {
      const rest = (held.get(instrument) ?? 0n) - (this.#stored.traded.get(instrument) ?? 0n);
      if (rest !== 0n) this.#breaks(`the position in ${instrument} is ${rest} away from the sum of its fills`);
    }
    for (const [currency, sum] of Object.entries(sums)) {
      if (sum !== "0") this.#breaks(`the ledger in ${currency} sums to ${sum}`);
    }
  }

  /** No request is left open; each order that was asked for exists once where it was taken, never where it was refused. */
  #compareRequests(): void {
    for (const [clOrdId, { sent, outcome }] of this.#requests) {
      if (outcome === undefined) this.#breaks(`${clOrdId} (${sent.kind}) was never answered`);
      if (sent.kind !== "new") continue;
      const count = this.#stored.carriedOut.get(clOrdId) ?? 0;
      if (count > 1) this.#breaks(`${clOrdId} was carried out ${count} times`);
      if (outcome === "taken" && count === 0) this.#breaks(`${clOrdId} was acknowledged, and left no trace`);
      if (outcome === "refused" && count > 0) this.#breaks(`${clOrdId} was refused, and carried out`);
    }
  }
}

/** What the stored reports sum to. */
class StoredSums {
  lastSeq = 0;
  readonly execIds = new Set<string>();
  /** Filled of each order. */
  readonly filled = new Map<string, bigint>();
  /** Bought less sold of each instrument. */
  readonly traded = new Map<number, bigint>();
  /** How often each name was accepted. */
  readonly carriedOut = new Map<string, number>();
  /** What each order was first called. */
  readonly names = new Map<string, string>();

  add({ accountSeq, execId, execType, orderId, clOrdId, instrument, side, lastQty }: Report): void {
    this.lastSeq = Math.max(this.lastSeq, accountSeq);
    this.execIds.add(execId);
    if (execType === ExecType.New) this.names.set(orderId, clOrdId);
    if (execType === ExecType.New || execType === ExecType.Replaced)
      this.carriedOut.set(clOrdId, (this.carriedOut.get(clOrdId) ?? 0) + 1);
    if (execType !== ExecType.Trade) return;
    this.filled.set(orderId, (this.filled.get(orderId) ?? 0n) + BigInt(lastQty));
    this.traded.set(instrument, (this.traded.get(instrument) ?? 0n) + (side === 1 ? BigInt(lastQty) : -BigInt(lastQty)));
  }
}

/** All broken promises of a log. */
export function judge(entries: readonly Entry[]): readonly string[] {
  const one = new Judge();
  return entries.flatMap((entry) => one.take(entry));
}

const fingerprint = ({ accountSeq, execId, execType, orderId, clOrdId, ordStatus, ...rest }: Report): string =>
  [accountSeq, execId, execType, orderId, clOrdId, ordStatus, rest.side, rest.orderQty, rest.price, rest.cumQty, rest.leavesQty]
    .concat([rest.lastQty, rest.lastPx, rest.lastFee])
    .join(" ");
