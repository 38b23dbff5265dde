/** The platform as a person starts it: a process of its own, its start screen read, its REST spoken to. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly body: any;
}

export class PlatformProcess {
  readonly page: string;
  readonly screen: string;
  readonly #child: ChildProcess;
  readonly #dataDir: string;
  #token = "";

  private constructor(child: ChildProcess, dataDir: string, screen: string) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.screen = screen;
    this.page = /Page\s+(\S+)/.exec(screen)?.[1] ?? "";
  }

  /** Starts on free ports; resolves when the start screen is there. */
  static async start(dataDir: string, ...options: readonly string[]): Promise<PlatformProcess> {
    const child = spawn(process.execPath, [MAIN, "--data-dir", dataDir, "--http-port", "0", "--ws-port", "0", ...options]);
    let output = "";
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes("Ctrl-C stops")) resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
    });
    return new PlatformProcess(child, dataDir, output);
  }

  /** Runs to its end; for starts that must fail. */
  static async fail(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [MAIN, ...args]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
    return { code, output };
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get socketPort(): number {
    return Number(/WebSocket\s+ws:\/\/[^:]+:(\d+)/.exec(this.screen)?.[1]);
  }

  /** As the trader, or as another of the first users. */
  async signIn(username: "trader" | "admin" = "trader"): Promise<void> {
    const { users } = JSON.parse(readFileSync(join(this.#dataDir, "credentials.json"), "utf8"));
    const answer = await this.call("POST", "session", { username, password: users[username].password });
    this.#token = answer.body.accessToken;
  }

  /** Calls with this API key or access token from now on. */
  useCredential(credential: string): void {
    this.#token = credential;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.page}api/v1/${path}`, {
      method,
      headers: {
        ...(this.#token === "" ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** Sends a signal and waits for the end; gives the exit code. */
  async end(signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#child.once("exit", resolve));
    this.#child.kill(signal);
    return ended;
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
