/**
 * What happens to a market socket that reads too slowly: its topics are switched off while its buffer is long, and it gets fresh
 * snapshots when the buffer is short again. It sees a gap in the book's sequence and then the whole book, never a growing delay.
 */
import { resyncMarket } from "@jware/core-native";
import type { OrderPath, Socket } from "./order-path.js";

/** A market socket with more than this waiting is behind. */
export const MARKET_BEHIND_BYTES = 256 * 1024;
/** It is back when no more than this waits. */
const MARKET_BACK_BYTES = 16 * 1024;

export class SlowConsumers {
  conflatedCount = 0;
  readonly #path: OrderPath;

  constructor(path: OrderPath) {
    this.#path = path;
  }

  /** Looks at every market socket; called a few times a second. */
  check(): void {
    for (const socket of this.#path.sockets.values()) {
      const data = socket.getUserData();
      if (!data.isMarket) continue;
      if (!data.behind && socket.getBufferedAmount() > MARKET_BEHIND_BYTES) this.fallBehind(socket);
      else if (data.behind) this.catchUp(socket);
    }
  }

  /** The socket's buffer is full or long. */
  fallBehind(socket: Socket): void {
    const data = socket.getUserData();
    data.behind = true;
    for (const topic of data.topics) socket.unsubscribe(topic);
    this.conflatedCount += 1;
  }

  /** The socket's buffer got shorter; when it is short, the topics are on again, from fresh snapshots. */
  catchUp(socket: Socket): void {
    const data = socket.getUserData();
    if (!data.behind || socket.getBufferedAmount() > MARKET_BACK_BYTES) return;
    data.behind = false;
    for (const topic of data.topics) socket.subscribe(topic);
    resyncMarket(data.session);
  }
}
