/** The platform as a child process of a proof or test: the real entry, on ports and a folder that stay, with a point armed or none. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endWithUs } from "./end-with-us.js";

// From `src` (under vitest) and from `dist` alike: the compiled entry.
const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const READY_MS_MAX = 60_000;
const OUTPUT_MAX = 20_000;
/** The last line of the start screen. */
const READY_TEXT = "Ctrl-C stops";

export interface PlatformPlace {
  readonly dataDir: string;
  /** 0 takes a free one, each start another. */
  readonly httpPort: number;
  readonly wsPort: number;
  readonly args: readonly string[];
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class PlatformChild {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ending>;
  output = "";
  /** Resolves when it prints that it passed the armed point. */
  readonly passed: Promise<void>;
  /** Where the page and REST are, by the start screen; empty before that is there. */
  page = "";
  /** The port of the binary protocol; 0 before. */
  socketPort = 0;
  #tellReady: () => void = () => undefined;

  constructor({ dataDir, httpPort, wsPort, args }: PlatformPlace, env: Readonly<Record<string, string>> = {}) {
    const ports = ["--http-port", String(httpPort), "--ws-port", String(wsPort)];
    this.#child = spawn(process.execPath, [MAIN, "--data-dir", dataDir, ...ports, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let tellPassed: () => void = () => undefined;
    this.passed = new Promise((resolve) => {
      tellPassed = resolve;
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output = (this.output + text).slice(-OUTPUT_MAX);
        if (this.output.includes(READY_TEXT)) this.#takeReady();
        if (this.passedPoint !== undefined) tellPassed();
      });
    }
    endWithUs(this.#child);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  /** Whether it came up; false where it ended, or was stopped at a point, before. Throws where it hangs. */
  async ready(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const up = new Promise<boolean>((resolve) => {
      this.#tellReady = () => resolve(true);
      if (this.page !== "") resolve(true);
    });
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not ready in time:\n${this.output}`)), READY_MS_MAX);
    });
    try {
      return await Promise.race([up, late, this.ended.then(() => false), this.passed.then(() => false)]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The point that it died or stopped at, if it did. */
  get passedPoint(): string | undefined {
    return /^JWARE_FAILPOINT (\S+)$/m.exec(this.output)?.[1];
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal, and resolves with how it ended. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    this.signal(signal);
    return this.ended;
  }

  kill(): Promise<Ending> {
    return this.end("SIGKILL");
  }

  /** Reads the start screen, once: what is printed later pushes it out of `output`. */
  #takeReady(): void {
    if (this.page !== "") return;
    this.page = /^ *Page +(\S+)/m.exec(this.output)?.[1] ?? "";
    this.socketPort = Number(/WebSocket\s+ws:\/\/[^:]+:(\d+)/.exec(this.output)?.[1]);
    this.#tellReady();
  }
}
