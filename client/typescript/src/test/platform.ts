/** The real platform as a child process, started as a user starts it once the set-up is done, on free ports and a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../../../engine/dist/main.js", import.meta.url));
const READY_MS_MAX = 60_000;

export interface Credentials {
  readonly users: Readonly<Record<"admin" | "trader", { readonly username: string; readonly password: string }>>;
  readonly apiKey: string;
  readonly urls: { readonly page: string; readonly webSocket: string };
}

export class Platform {
  readonly dataDir = mkdtempSync(join(tmpdir(), "jware-platform-"));
  #ports: readonly string[] = [];
  #child: ChildProcess | undefined;

  /** Starts it (again, on the same ports and folder) and resolves when it is ready. */
  async start(): Promise<void> {
    if (this.#ports.length === 0) this.#ports = [String(await freePort()), String(await freePort())];
    const [http = "0", ws = "0"] = this.#ports;
    const child = spawn(process.execPath, [ENTRY, "--http-port", http, "--ws-port", ws, "--data-dir", this.dataDir], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    let output = "";
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), READY_MS_MAX);
      const look = (text: string): void => {
        output += text;
        if (!output.includes("Ctrl-C stops")) return;
        clearTimeout(timer);
        resolve();
      };
      child.stdout?.setEncoding("utf8").on("data", look);
      child.stderr?.setEncoding("utf8").on("data", look);
      child.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code}:\n${output}`));
      });
    });
  }

  /** Ends it by a signal; resolves with its exit code (null where the signal killed it). */
  stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => {
      child.once("exit", (code) => resolve(code));
      child.kill(signal);
    });
  }

  credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.dataDir, "credentials.json"), "utf8")) as Credentials;
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
