/**
 * How much of some time a thread of another process was at work, looked at from outside: samples of its state. At work is a thread that runs,
 * that wants to, or that waits for a disk; one that sleeps is not. Linux only.
 */
import { readdirSync, readFileSync } from "node:fs";

const LOOK_MS = 5;
/** Running or ready to; in a wait that nothing interrupts, which is a disk's. */
const AT_WORK: ReadonlySet<string | undefined> = new Set(["R", "D"]);

export class ThreadWatch {
  readonly #file: string;
  #looks = 0;
  #atWork = 0;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Of the thread of this name; undefined where nobody tells. Throws where the process has no such thread. */
  static of(pid: number, name: string): ThreadWatch | undefined {
    if (process.platform !== "linux") return undefined;
    const folder = `/proc/${pid}/task`;
    const thread = readdirSync(folder).find((id) => readFileSync(`${folder}/${id}/comm`, "utf8").trim() === name);
    if (thread === undefined) throw new Error(`process ${pid} has no thread ${name}`);
    return new ThreadWatch(`${folder}/${thread}/stat`);
  }

  /** Looks at it while something goes on. */
  async during<Result>(run: () => Promise<Result>): Promise<Result> {
    const timer = setInterval(() => this.#look(), LOOK_MS);
    try {
      return await run();
    } finally {
      clearInterval(timer);
    }
  }

  /** Of all looks until now, the share that found it at work; no number before the first. */
  get share(): number {
    return this.#atWork / this.#looks;
  }

  #look(): void {
    this.#looks += 1;
    if (AT_WORK.has(threadState(readFileSync(this.#file, "utf8")))) this.#atWork += 1;
  }
}

/** The letter of a state, from a `stat` file: after the name, in parentheses, which may hold some itself. */
export const threadState = (stat: string): string | undefined => /^.*\) (\S)/s.exec(stat)?.[1];
