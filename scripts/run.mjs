// Child processes of the scripts: quiet ones whose output is shown only when they fail, and the rule that nothing outlives us.
import { spawn } from "node:child_process";
import { ROOT } from "./root.mjs";

const OUTPUT_LINES_MAX = 40;
const SIGNAL_EXIT_BASE = 128;
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

const children = new Set();
const handlers = new Map();

/** From now on a signal ends every child first; then this process exits with the shell's code for the signal. */
export function endChildrenOnSignal() {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    // Whoever listens already decides what a signal means.
    if (process.listenerCount(signal) > 0) continue;
    const handler = async () => {
      const closed = [...children].map((child) => new Promise((resolve) => child.once("close", resolve)));
      for (const child of children) child.kill(signal);
      await Promise.all(closed);
      process.exit(SIGNAL_EXIT_BASE + number);
    };
    handlers.set(signal, handler);
    process.on(signal, handler);
  }
}

/** Counts a child that somebody else started among those that a signal ends. */
export function adopt(child) {
  children.add(child);
  child.once("close", () => children.delete(child));
}

// What the engine's proofs start tells of itself in this way (engine/src/torture/end-with-us.ts): they cannot import this file.
process.on("jware.child", adopt);

/** Gives signals back to whoever runs next in this process. */
export function forgetSignals() {
  for (const [signal, handler] of handlers) process.off(signal, handler);
  handlers.clear();
}

/**
 * Runs a program to its end. Resolves with its exit code and everything it printed; never rejects (a program that cannot
 * be started has code 127). `onLine` sees each line as it comes, `inherit` lets it print by itself.
 */
export function run(command, args, { cwd = ROOT, env = {}, onLine, onStart, inherit = false } = {}) {
  const { promise, resolve } = deferred();
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  if (child.pid !== undefined) onStart?.(child.pid);
  const chunks = [];
  for (const stream of inherit ? [] : [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      chunks.push(text);
      if (onLine === undefined) return;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
    stream.on("end", () => {
      if (rest !== "") onLine?.(rest);
    });
  }
  child.on("error", (error) => {
    children.delete(child);
    resolve({ code: 127, output: error.message });
  });
  child.on("close", (code, signal) => {
    children.delete(child);
    resolve({ code: code ?? SIGNAL_EXIT_BASE + (SIGNALS[signal] ?? 9), output: chunks.join("") });
  });
  return promise;
}

/** The end of a program's output, which is where it says why it failed. */
export const lastLines = (output, count = OUTPUT_LINES_MAX) => output.trimEnd().split("\n").slice(-count).join("\n");

function deferred() {
  let resolve;
  const promise = new Promise((give) => {
    resolve = give;
  });
  return { promise, resolve };
}
