/** What became of orders while nobody listened, as the server's history has it. */
import type { Order } from "./order.js";

/** An account's newest orders, done ones too; none where there is no way to ask. */
export type FetchOrders = (account: string) => Promise<readonly Order[]>;

export class OrderHistory {
  readonly #fetch: FetchOrders;
  readonly #asked = new Map<string, Promise<readonly Order[]>>();

  constructor(fetch: FetchOrders) {
    this.#fetch = fetch;
  }

  /** The newest order of which `isWanted` says yes; undefined where the history shows none. Rejects as the fetch does. */
  async find(account: string, isWanted: (order: Order) => boolean): Promise<Order | undefined> {
    return (await this.#orders(account)).find(isWanted);
  }

  /** Asked once for all who ask at one moment: after a loss every open request does. */
  #orders(account: string): Promise<readonly Order[]> {
    const asked = this.#asked.get(account);
    if (asked !== undefined) return asked;
    const orders = this.#fetch(account);
    this.#asked.set(account, orders);
    queueMicrotask(() => this.#asked.delete(account));
    return orders;
  }
}
