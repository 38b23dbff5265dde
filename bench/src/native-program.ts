/**
 * The native programs of the bench: where each is built, by what, and the suites that run it, for which it is built before anything is
 * measured. What the suites import says whether the table is so (suites.test.ts).
 */
import { join } from "node:path";
import { ROOT } from "./root.js";

/** The same each time, and in one go: for packages that are built by themselves, cargo may build again what they share. */
const BENCH = ["-p", "jware-load", "-p", "jware-bench-native"] as const;
const RATES = ["-p", "jware-core", "--example", "indicator_rates"] as const;

export const NATIVE_PROGRAMS = {
  "bench-book": { path: "target/release/bench-book", target: BENCH, suites: ["book"] },
  "bench-command": { path: "target/release/bench-command", target: BENCH, suites: ["command"] },
  "bench-journal": { path: "target/release/bench-journal", target: BENCH, suites: ["durability"] },
  "indicator-rates": { path: "target/release/examples/indicator_rates", target: RATES, suites: ["indicators"] },
  "jware-load": {
    path: "target/release/jware-load",
    target: BENCH,
    suites: ["order-path", "fan-out", "durability", "footprint"],
  },
} as const;

export const nativeProgram = (name: keyof typeof NATIVE_PROGRAMS): string => join(ROOT, NATIVE_PROGRAMS[name].path);

/** What cargo is to build for these suites, each once. */
export function targetsOf(suites: readonly string[]): ReadonlySet<readonly string[]> {
  const needed = Object.values(NATIVE_PROGRAMS).filter((program) => program.suites.some((suite) => suites.includes(suite)));
  return new Set(needed.map(({ target }) => target));
}
