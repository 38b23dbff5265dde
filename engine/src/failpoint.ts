/**
 * Named points at which a test ends, stops or fails the process: the TypeScript half of core-native/journal/src/failpoint.rs.
 *
 * `JWARE_FAILPOINT=name:k` kills the process at the k-th passing of the point in a thread, `name:k:stop` holds that thread for
 * ever, `name:k:error` throws. Without the variable a point is one comparison. Each name stands once in the code.
 */
import { writeSync } from "node:fs";

const STDERR = 2;

interface Point {
  readonly name: string;
  readonly action: "kill" | "stop" | "error";
  passingsLeft: number;
}

const point = readPoint(process.env.JWARE_FAILPOINT);

export function failpoint(name: string): void {
  if (point !== undefined && point.name === name) pass(point);
}

function pass(armed: Point): void {
  armed.passingsLeft -= 1;
  if (armed.passingsLeft !== 0) return;
  // A worker's `process.stderr` goes by the main thread, and would come too late.
  writeSync(STDERR, `JWARE_FAILPOINT ${armed.name}\n`);
  if (armed.action === "error") throw new Error(`the failpoint ${armed.name} was passed`);
  if (armed.action === "kill") process.kill(process.pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0);
}

/** Undefined where the text is absent or not one of ours: the core refuses the start then. */
function readPoint(text: string | undefined): Point | undefined {
  const found = /^([^:]+):([1-9]\d*)(?::(stop|error))?$/.exec(text ?? "");
  if (found === null) return undefined;
  const [, name = "", passings, action = "kill"] = found;
  return { name, action: action as Point["action"], passingsLeft: Number(passings) };
}
