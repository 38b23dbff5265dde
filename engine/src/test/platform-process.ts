/** The platform as a person starts it: a process of its own on free ports, its start screen read, its REST spoken to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PlatformChild } from "../torture/platform-child.js";
import { call, type RestAnswer, signIn } from "../torture/rest.js";

const placeOf = (dataDir: string, args: readonly string[]) => ({ dataDir, httpPort: 0, wsPort: 0, args });

export class PlatformProcess {
  readonly page: string;
  readonly screen: string;
  readonly #child: PlatformChild;
  readonly #dataDir: string;
  #token = "";

  private constructor(child: PlatformChild, dataDir: string) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.screen = child.output;
    this.page = child.page;
  }

  /** Starts on free ports; resolves when the start screen is there. */
  static async start(dataDir: string, ...options: readonly string[]): Promise<PlatformProcess> {
    const child = new PlatformChild(placeOf(dataDir, options));
    if (!(await child.ready())) throw new Error(`ended with ${(await child.ended).code}: ${child.output}`);
    return new PlatformProcess(child, dataDir);
  }

  /** Runs to its end; for starts that must fail. */
  static async fail(dataDir: string, ...options: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = new PlatformChild(placeOf(dataDir, options));
    const { code } = await child.ended;
    return { code, output: child.output };
  }

  get pid(): number {
    return this.#child.pid;
  }

  get socketPort(): number {
    return this.#child.socketPort;
  }

  /** As the trader, or as another of the first users. */
  async signIn(username: "trader" | "admin" = "trader"): Promise<void> {
    const { users } = JSON.parse(readFileSync(join(this.#dataDir, "credentials.json"), "utf8"));
    this.#token = await signIn(this.#httpPort, users[username]);
  }

  /** Calls with this API key or access token from now on. */
  useCredential(credential: string): void {
    this.#token = credential;
  }

  call(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    return call(this.#httpPort, method, path, { token: this.#token, body });
  }

  /** Sends a signal and waits for the end; gives the exit code. */
  async end(signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
    return (await this.#child.end(signal)).code;
  }

  get #httpPort(): number {
    return Number(new URL(this.page).port);
  }
}

/** Ends processes that a failed test has left. */
export function killNaming(folder: string): void {
  for (const pid of processesNaming(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Processes whose command line names a folder: the database server's does. Linux only; empty elsewhere. */
export function processesNaming(folder: string): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}
