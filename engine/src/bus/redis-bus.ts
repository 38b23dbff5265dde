/**
 * The bus between processes: Redis publish/subscribe with binary messages.
 *
 * Two connections, because a subscribed one takes no other command. Lost connections are made again by ioredis, which also
 * subscribes again; what was published in between is gone (see the contract). Publishing while Redis is away rejects.
 */
import { Redis } from "ioredis";
import { assertTopic, type FrameBus, type FrameHandler } from "./frame-bus.js";

const CHANNEL_PREFIX = "jware:bus:";
const CONNECT_TIMEOUT_MS = 2000;

export interface RedisBusOptions {
  readonly url: string;
  /** Told of each connection error; there may be many while Redis is away. */
  readonly onError: (error: Error) => void;
}

export class RedisBus implements FrameBus {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #handlers = new Map<string, Set<{ readonly handler: FrameHandler }>>();
  #closed = false;

  constructor(options: RedisBusOptions) {
    const settings = { connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: 1, enableOfflineQueue: true };
    this.#publisher = new Redis(options.url, settings);
    this.#subscriber = new Redis(options.url, settings);
    this.#publisher.on("error", options.onError);
    this.#subscriber.on("error", options.onError);
    this.#subscriber.on("messageBuffer", (channel: Buffer, message: Buffer) => this.#deliver(channel.toString(), message));
  }

  async publish(topic: string, bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    assertTopic(topic);
    await this.#publisher.publish(CHANNEL_PREFIX + topic, Buffer.from(bytes));
  }

  async subscribe(topic: string, handler: FrameHandler): Promise<() => Promise<void>> {
    this.#assertOpen();
    assertTopic(topic);
    const entry = { handler };
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(entry));
    await this.#subscriber.subscribe(CHANNEL_PREFIX + topic);
    return async () => {
      handlers.delete(entry);
      if (handlers.size > 0 || this.#handlers.get(topic) !== handlers) return;
      this.#handlers.delete(topic);
      if (!this.#closed) await this.#subscriber.unsubscribe(CHANNEL_PREFIX + topic);
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#handlers.clear();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }

  #deliver(channel: string, message: Buffer): void {
    const handlers = this.#handlers.get(channel.slice(CHANNEL_PREFIX.length));
    for (const entry of [...(handlers ?? [])]) entry.handler(new Uint8Array(message));
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error("the bus is closed");
  }
}
