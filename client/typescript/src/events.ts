/**
 * Typed events, by handler or by `for await`.
 *
 * Handlers run in the turn in which the frame arrived, in the order of the frames. What a handler throws is thrown again
 * outside, as an uncaught exception: it is a fault of the handler and never stops the client from taking the next frame.
 */
import { ConsumerTooSlow } from "./errors.js";

/** Events that an iteration may hold back before it is ended. */
const WAITING_MAX = 100_000;

type Handler<T> = (event: T) => void;

export class Emitter<Events> {
  readonly #handlers = new Map<keyof Events, Set<Handler<never>>>();
  readonly #queues = new Set<Queue<never>>();
  #isEnded = false;

  /** Calls the handler for each event from now on; returns the function that stops that. */
  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): () => void {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler as Handler<never>);
    return () => handlers.delete(handler as Handler<never>);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        (handler as Handler<Events[Name]>)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Events from this call on, one after the other, until the client is closed. Rejects with ConsumerTooSlow past 100,000 waiting. */
  iterate<Name extends keyof Events>(name: Name): AsyncGenerator<Events[Name], void, void> {
    const queue = new Queue<Events[Name]>(String(name));
    const stop = this.on(name, (event) => queue.push(event));
    if (this.#isEnded) queue.end();
    this.#queues.add(queue as Queue<never>);
    return queue.drain(() => {
      stop();
      this.#queues.delete(queue as Queue<never>);
    });
  }

  /** Ends every iteration once what waits has been taken. */
  end(): void {
    this.#isEnded = true;
    for (const queue of this.#queues) queue.end();
  }
}

/** Events between their arrival and the iteration that takes them. */
class Queue<T> {
  readonly #name: string;
  readonly #waiting: T[] = [];
  #wake: (() => void) | undefined;
  #isEnded = false;
  #isOverrun = false;

  constructor(name: string) {
    this.#name = name;
  }

  push(event: T): void {
    if (this.#waiting.length === WAITING_MAX) this.#isOverrun = true;
    if (!this.#isOverrun) this.#waiting.push(event);
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *drain(onDone: () => void): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        const event = this.#waiting.shift();
        if (event !== undefined) yield event;
        else if (this.#isOverrun) throw new ConsumerTooSlow(`more than ${WAITING_MAX} events of "${this.#name}" were waiting`);
        else if (this.#isEnded) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      onDone();
    }
  }
}
