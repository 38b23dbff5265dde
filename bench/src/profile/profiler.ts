/**
 * Samples the servers of a run by `perf` and leaves a flame graph of each in bench/results/profile. Off, it costs nothing; on, it costs some
 * percent of what is measured.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../bench-run.js";
import { Child } from "../child.js";
import { OptionError } from "../option-error.js";
import { ROOT } from "../root.js";
import { flameGraphSvg } from "./flame-graph.js";
import { foldedStacks } from "./folded.js";

const FOLDER = join(ROOT, "bench/results/profile");
const SAMPLES_PER_SECOND = 499;
const SCRIPT_BYTES_MAX = 1 << 30;
/** Names of compiled JavaScript, and frames of interpreted, for `perf`. */
const NODE_FLAGS = ["--perf-basic-prof", "--interpreted-frames-native-stack"] as const;

let isOn = false;
let madeCount = 0;

/** From here on servers are sampled. Throws an OptionError where `perf` is not there or not allowed. */
export function startProfiling(): void {
  const tried = spawnSync("perf", ["record", "-o", "/dev/null", "--", "true"], { encoding: "utf8" });
  if (tried.error !== undefined)
    throw new OptionError("--profile needs perf, which is not here (on Debian: apt-get install -y linux-perf).");
  if (tried.status !== 0)
    throw new OptionError(`--profile: perf cannot record here: ${tried.stderr.trim().split("\n")[0] ?? ""}`);
  mkdirSync(FOLDER, { recursive: true });
  isOn = true;
}

/** A Node process that serves what is measured, sampled where that was asked for. `name` is in the file's name. */
export class ProfiledServer extends Child {
  readonly #name: string;
  readonly #data: string;
  readonly #perf: Child | undefined;

  constructor(name: string, args: readonly string[], cpu?: number) {
    super(process.execPath, [...(isOn ? NODE_FLAGS : []), ...args], { cpu });
    madeCount += 1;
    this.#name = `${String(madeCount).padStart(2, "0")}-${name}`;
    this.#data = join(FOLDER, `${this.#name}.data`);
    const attach = ["record", "-F", String(SAMPLES_PER_SECOND), "-g", "-p", String(this.pid), "-o", this.#data];
    this.#perf = isOn ? new Child("perf", attach) : undefined;
  }

  override async stop(): Promise<number> {
    if (this.#perf === undefined) return super.stop();
    await this.#perf.interrupt();
    const code = await super.stop();
    const { stdout } = spawnSync("perf", ["script", "-i", this.#data], { encoding: "utf8", maxBuffer: SCRIPT_BYTES_MAX });
    rmSync(this.#data, { force: true });
    writeWhole(join(FOLDER, `${this.#name}.svg`), flameGraphSvg(this.#name, foldedStacks(stdout ?? "", ROOT)));
    return code;
  }
}
