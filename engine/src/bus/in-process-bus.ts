/** The bus of a single process: subscribers are called in the turn of the publication. */
import { assertTopic, type FrameBus, type FrameHandler } from "./frame-bus.js";

export class InProcessBus implements FrameBus {
  readonly #handlers = new Map<string, Set<{ readonly handler: FrameHandler }>>();
  #closed = false;

  publish(topic: string, bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    assertTopic(topic);
    // Each handler gets a copy: the publisher reuses its buffer, and one handler's writes must not reach another.
    for (const entry of [...(this.#handlers.get(topic) ?? [])]) entry.handler(bytes.slice());
    return Promise.resolve();
  }

  subscribe(topic: string, handler: FrameHandler): Promise<() => Promise<void>> {
    this.#assertOpen();
    assertTopic(topic);
    const entry = { handler };
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(entry));
    return Promise.resolve(() => {
      handlers.delete(entry);
      if (handlers.size === 0 && this.#handlers.get(topic) === handlers) this.#handlers.delete(topic);
      return Promise.resolve();
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#handlers.clear();
    return Promise.resolve();
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error("the bus is closed");
  }
}
