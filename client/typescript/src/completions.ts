/**
 * Who waits for an order to end. After a fill come its position and then a balance (docs/protocol.md): an order with a fill is complete when
 * a balance of its account has come. Whoever looks at positions then finds the fill in them.
 */
import { OutcomeUnknown } from "./errors.js";
import type { Order } from "./order.js";

export interface Waiting {
  /** As it was known when somebody began to wait. */
  readonly order: Order;
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
      waiting.push({ order, resolve, reject });
      this.#waiting.set(key, waiting);
    });
  }

  /** An order's next state was told, by a fill or otherwise. */
  told(order: Order, isFill: boolean): void {
    const key = keyOf(order);
    if (isFill || this.#unshown.has(key)) this.#unshown.set(key, order);
    else if (order.isDone) this.complete(order);
  }

  /** Positions and balances show everything that was told of an account's orders. */
  shown(account: string): void {
    for (const [key, order] of this.#unshown) {
      if (order.account !== account) continue;
      this.#unshown.delete(key);
      if (order.isDone) this.complete(order);
    }
  }

  /** Gives away who waits for an order of an account that is not among those which work. */
  handOver(account: string, isWorking: (orderId: number) => boolean): readonly Waiting[] {
    const away = [...this.#waiting.values()].flat().filter(({ order }) => order.account === account && !isWorking(order.orderId));
    for (const { order } of away) this.#waiting.delete(keyOf(order));
    return away;
  }

  /** Nothing more will come: what has ended is told, of the rest nobody knows. */
  end(): void {
    this.#hasEnded = true;
    for (const order of this.#unshown.values()) if (order.isDone) this.complete(order);
    this.#unshown.clear();
    for (const waiting of this.#waiting.values())
      for (const { order, reject } of waiting) reject(new OutcomeUnknown(order.clOrdId));
    this.#waiting.clear();
  }

  /** The order has ended, and whatever it led to is shown. */
  complete(order: Order): void {
    const key = keyOf(order);
    for (const { resolve } of this.#waiting.get(key) ?? []) resolve(order);
    this.#waiting.delete(key);
  }

  /** Nobody knows what became of the order. */
  giveUp(order: Order, error: OutcomeUnknown): void {
    const key = keyOf(order);
    for (const { reject } of this.#waiting.get(key) ?? []) reject(error);
    this.#waiting.delete(key);
  }
}
