/**
 * Who waits for an order to end. A fill is told before what it makes of positions and balances, which follow once for a whole command, balances
 * last: an order with a fill is complete when a balance of its account has come. Whoever looks at positions then finds the fill in them.
 */
import { OutcomeUnknown } from "./errors.js";
import type { Order } from "./order.js";

export interface Waiting {
  readonly resolve: (order: Order) => void;
  readonly reject: (error: Error) => void;
}

const keyOf = ({ account, orderId }: Order): string => `${account}:${orderId}`;

export class Completions {
  readonly #waiting = new Map<string, Waiting[]>();
  /** Orders as they were last told, with a fill that no balance followed yet. */
  readonly #unshown = new Map<string, Order>();
  #hasEnded = false;

  /** Resolves when the order, as it is known, has ended and positions show its fills. */
  of(order: Order): Promise<Order> {
    const key = keyOf(order);
    if (order.isDone && !this.#unshown.has(key)) return Promise.resolve(order);
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new OutcomeUnknown(order.clOrdId));
        return;
      }
      const waiting = this.#waiting.get(key) ?? [];
      waiting.push({ resolve, reject });
      this.#waiting.set(key, waiting);
    });
  }

  /** An order's next state was told, by a fill or otherwise. */
  told(order: Order, isFill: boolean): void {
    const key = keyOf(order);
    if (isFill || this.#unshown.has(key)) this.#unshown.set(key, order);
    else if (order.isDone) this.#complete(order);
  }

  /** Positions and balances show everything that was told of an account's orders. */
  shown(account: string): void {
    for (const [key, order] of this.#unshown) {
      if (order.account !== account) continue;
      this.#unshown.delete(key);
      if (order.isDone) this.#complete(order);
    }
  }

  /** Gives away who waits for an order of which nothing is known any more. */
  handOver(order: Order): readonly Waiting[] {
    const key = keyOf(order);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    return waiting;
  }

  /** Nothing more will come: what has ended is told, of the rest nobody knows. */
  end(): void {
    this.#hasEnded = true;
    for (const order of this.#unshown.values()) if (order.isDone) this.#complete(order);
    this.#unshown.clear();
    for (const waiting of this.#waiting.values()) for (const { reject } of waiting) reject(new OutcomeUnknown(""));
    this.#waiting.clear();
  }

  #complete(order: Order): void {
    for (const { resolve } of this.handOver(order)) resolve(order);
  }
}
