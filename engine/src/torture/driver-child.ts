/** The client of a proof as a child process, and its log as it is judged. */
import { fork } from "node:child_process";
import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Entry, readEntries } from "./client-log.js";
import type { DriverOptions, FromDriver, ToDriver } from "./driver.js";
import { Judge } from "./judge.js";

const DRIVER = fileURLToPath(new URL("../../dist/torture/driver.js", import.meta.url));
const ANSWER_MS_MAX = 60_000;
const LOOK_MS = 20;

/** The client's process. */
export class DriverChild {
  readonly #child;
  isConnected = false;
  #failure: Error | undefined;
  #listeners: ((message: FromDriver | undefined) => void)[] = [];

  constructor(options: DriverOptions) {
    this.#child = fork(DRIVER, [JSON.stringify(options)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message: FromDriver) => {
      if (message.kind === "live") this.isConnected = true;
      if (message.kind === "lost") this.isConnected = false;
      if (message.kind === "failed") this.#failure = failed(message.reason);
      for (const listener of this.#listeners) listener(message);
    });
    this.#child.once("exit", (code, signal) => {
      this.#failure ??= failed(`its process ended with ${code ?? signal}`);
      for (const listener of this.#listeners) listener(undefined);
    });
  }

  send(message: ToDriver): void {
    this.#child.send(message);
  }

  /** Resolves when it says so. Rejects where it fails, or says nothing for a minute. */
  async heard(kind: FromDriver["kind"]): Promise<void> {
    await this.#until(`said ${kind}`, (message) => message?.kind === kind);
  }

  /** Resolves when it knows that the server is away. */
  async away(): Promise<void> {
    await this.#until("lost its connection", () => !this.isConnected);
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #until(what: string, isSo: (message: FromDriver | undefined) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(new Error(`the client has not ${what} in time`)), ANSWER_MS_MAX);
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#listeners = this.#listeners.filter((each) => each !== look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (message: FromDriver | undefined): void => {
        if (this.#failure !== undefined) end(this.#failure);
        else if (isSo(message)) end();
      };
      this.#listeners.push(look);
      look(undefined);
    });
  }
}

const failed = (reason: string): Error => new Error(`the client failed: ${reason}`);

/** A client's log, judged as it grows. */
export class JudgedLog {
  readonly #file: string;
  readonly #judge = new Judge();
  #readBytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get counts(): Judge["counts"] {
    return this.#judge.counts;
  }

  take(entry: Entry): readonly string[] {
    return this.#judge.take(entry);
  }

  /** What the lines since the last time break. */
  async judgeNew(): Promise<readonly string[]> {
    const chunks: Buffer[] = [];
    for await (const chunk of createReadStream(this.#file, { start: this.#readBytes })) chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    const whole = all.subarray(0, all.lastIndexOf(0x0a) + 1);
    this.#readBytes += whole.length;
    return readEntries(whole.toString()).flatMap((entry) => this.#judge.take(entry));
  }

  /** The same, once there are more orders than `before`. That none comes for a minute is broken as well. Throws where the client failed. */
  async judgeUntilOrder(before: number, client: Pick<DriverChild, "throwIfFailed">): Promise<readonly string[]> {
    const deadline = performance.now() + ANSWER_MS_MAX;
    const broken = [...(await this.judgeNew())];
    for (;;) {
      client.throwIfFailed();
      if (this.counts.orders > before) return broken;
      if (performance.now() > deadline) return [...broken, `no order for ${ANSWER_MS_MAX / 1000} s`];
      await sleep(LOOK_MS);
      broken.push(...(await this.judgeNew()));
    }
  }
}

/** Waits for it, but not longer. */
export async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
