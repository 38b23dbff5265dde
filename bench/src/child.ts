/** Child processes of a bench: pinned where asked, ended with it whatever happens. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { onInterrupt } from "./ending.js";

/** What a shell gives for a program that it does not find. */
const NOT_STARTED = 127;
const STOP_MS = 10_000;
const LINE_MS_MAX = 60_000;
/** Some questions are a million bars, several times over. */
const ANSWER_MS_MAX = 300_000;
const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Whether processes can be pinned here: Linux with util-linux's `taskset`. */
export const canPin = process.platform === "linux" && spawnSync("taskset", ["-V"], { stdio: "ignore" }).status === 0;

export interface ChildOptions {
  /** Processor to run on; absent = any. */
  readonly cpu?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it reads questions, a line each. */
  readonly isAsked?: boolean;
  /** Whether it leaves its own children alone when it is stopped, so that they are stopped with it. */
  readonly leavesChildren?: boolean;
}

export class Child {
  readonly #process: ChildProcess;
  readonly #leavesChildren: boolean;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #ended: Promise<number>;
  #errors = "";
  #isEnding = false;

  constructor(program: string, args: readonly string[], options: ChildOptions = {}) {
    const pinned = options.cpu !== undefined && canPin ? ["taskset", "-c", String(options.cpu)] : [];
    const [command, ...rest] = [...pinned, program, ...args];
    if (command === undefined) throw new Error("there is always a program");
    const input = options.isAsked === true ? "pipe" : "ignore";
    // In a group of its own: an interrupt from the keyboard is ours to pass on, in the order that we choose.
    const child = spawn(command, rest, {
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: [input, "pipe", "pipe"],
    });
    // A question to a program that has ended: its end is what is told.
    child.stdin?.on("error", () => undefined);
    running.add(child);
    this.#leavesChildren = options.leavesChildren === true;
    const takeBack = onInterrupt(() => this.stop());
    this.#process = child;
    if (child.stdout === null || child.stderr === null) throw new Error("both are pipes");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      for (const listener of this.#listeners) listener();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null) => {
        running.delete(child);
        takeBack();
        resolve(code ?? -1);
      };
      child.once("close", end);
      child.once("error", () => {
        this.#errors = `${program} cannot be started: is it installed?`;
        end(NOT_STARTED);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return !running.has(this.#process);
  }

  /** What it wrote to its error output. */
  get errors(): string {
    return this.#errors.trim();
  }

  /** The first printed line that matches; rejects when the process ends before, or after `timeoutMs`. */
  line(pattern: RegExp, timeoutMs = LINE_MS_MAX): Promise<RegExpExecArray> {
    return this.#next(`${pattern}`, timeoutMs, () => this.#matches(pattern, 0)[0]);
  }

  /** Of the lines that match and are printed from now on, the one of this number, from 1; rejects as `line` does. */
  laterLine(pattern: RegExp, number: number, timeoutMs = LINE_MS_MAX): Promise<RegExpExecArray> {
    const already = this.#lines.length;
    return this.#next(`${pattern}`, timeoutMs, () => this.#matches(pattern, already)[number - 1]);
  }

  /** Writes a question; the line that it prints next. Rejects as `line` does. */
  ask(question: string, timeoutMs = ANSWER_MS_MAX): Promise<string> {
    const already = this.#lines.length;
    this.#process.stdin?.write(`${question}\n`);
    return this.#next("an answer", timeoutMs, () => this.#lines[already]);
  }

  #matches(pattern: RegExp, from: number): readonly RegExpExecArray[] {
    return this.#lines
      .slice(from)
      .map((line) => pattern.exec(line))
      .filter((match) => match !== null);
  }

  /** What is found among the printed lines, now or after one of the next. */
  async #next<Found>(what: string, timeoutMs: number, find: () => Found | undefined): Promise<Found> {
    const already = find();
    if (already !== undefined) return already;
    let timer: NodeJS.Timeout | undefined;
    let listener: () => void = () => undefined;
    try {
      return await new Promise<Found>((resolve, reject) => {
        listener = () => {
          const found = find();
          if (found !== undefined) resolve(found);
        };
        this.#listeners.add(listener);
        timer = setTimeout(() => reject(new Error(`${what} was not printed in ${timeoutMs} ms`)), timeoutMs);
        void this.#ended.then((code) => reject(new Error(`ended with ${code} before ${what}: ${this.errors}`)));
      });
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  /** Waits for the end; what it printed. Rejects where it failed. */
  async output(): Promise<string> {
    const code = await this.#ended;
    if (code !== 0) throw new Error(this.#errors.trim() || `ended with ${code}`);
    return this.#lines.join("\n");
  }

  /** Ends it as the keyboard does, and waits. */
  async interrupt(): Promise<void> {
    this.#process.kill("SIGINT");
    await this.#ended;
  }

  /** Lets it stand still, as it is, until `resume`. Not one that is being ended: nobody would let it go on. */
  pause(): void {
    if (!this.#isEnding) this.#process.kill("SIGSTOP");
  }

  resume(): void {
    this.#process.kill("SIGCONT");
  }

  /** Asks it to stop, then makes it. Its exit code. */
  async stop(): Promise<number> {
    this.#isEnding = true;
    // One that stands still would not hear of it.
    this.resume();
    // It leads a group of its own.
    if (this.#leavesChildren && this.pid > 0 && !this.hasEnded) process.kill(-this.pid, "SIGTERM");
    else this.#process.kill("SIGTERM");
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }
}
