/** One supervised worker thread: started, watched, stopped. */
import { Worker } from "node:worker_threads";
import type { ComponentHealth, FromThread, ToThread } from "@jware/schemas";

/** A thread that could not start or cannot go on. */
export class ThreadError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ThreadError";
    this.code = code;
  }
}

export interface ThreadWatch {
  readonly onHealth: (health: ComponentHealth) => void;
  /** The thread ended or failed after it was ready. */
  readonly onFatal: (error: ThreadError) => void;
}

/** What a thread says of itself when it serves. */
export type ThreadFacts = Readonly<Record<string, string | number>>;

export class Thread {
  readonly name: string;
  readonly #worker: Worker;
  #stopping = false;
  #stopped: () => void = () => undefined;

  private constructor(name: string, worker: Worker) {
    this.name = name;
    this.#worker = worker;
  }

  /** Starts a thread; resolves with its facts when it serves, rejects with a ThreadError where it cannot. */
  static async start(
    name: string,
    entry: URL,
    workerData: unknown,
    watch: ThreadWatch,
  ): Promise<{ thread: Thread; facts: ThreadFacts }> {
    const { thread, ready } = Thread.load(name, entry, workerData, watch);
    return { thread, facts: await ready };
  }

  /** The same, of a thread that waits to be told more; it can be sent that, and stopped, before it serves. */
  static load(
    name: string,
    entry: URL,
    workerData: unknown,
    watch: ThreadWatch,
  ): { readonly thread: Thread; readonly ready: Promise<ThreadFacts> } {
    const worker = new Worker(entry, { workerData, name });
    const thread = new Thread(name, worker);
    const facts = new Promise<ThreadFacts>((resolve, reject) => {
      let ready = false;
      const fail = (error: ThreadError): void => {
        if (!ready) reject(error);
        else if (!thread.#stopping) watch.onFatal(error);
      };
      worker.on("message", (message: FromThread) => {
        switch (message.kind) {
          case "ready":
            ready = true;
            resolve(message.facts);
            return;
          case "health":
            watch.onHealth(message.health);
            return;
          case "fatal":
            fail(new ThreadError(message.code, message.message));
            return;
          case "stopped":
            thread.#stopped();
        }
      });
      worker.on("error", (error) => fail(new ThreadError("ENG_ERR_THREAD", `the ${name} thread failed: ${error.message}`)));
      worker.on("exit", (code) => {
        thread.#stopped();
        fail(new ThreadError("ENG_ERR_THREAD", `the ${name} thread ended with code ${code}`));
      });
    });
    // Who loads it early looks at it later, or has given up for another reason by then.
    facts.catch(() => undefined);
    return { thread, ready: facts };
  }

  send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Asks the thread to close; resolves when it has, or after `waitMs` at the latest. */
  async stop(waitMs: number): Promise<boolean> {
    this.#stopping = true;
    const stopped = new Promise<boolean>((resolve) => {
      this.#stopped = () => resolve(true);
    });
    this.send({ kind: "stop" });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), waitMs);
    });
    const inTime = await Promise.race([stopped, late]);
    clearTimeout(timer);
    return inTime;
  }
}
