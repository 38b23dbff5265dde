/** Where the native programs of the bench are built. A suite that imports this, by whatever way, has them built before it is measured. */
import { join } from "node:path";
import { ROOT } from "./root.js";

const PATHS = {
  "bench-book": "target/release/bench-book",
  "bench-command": "target/release/bench-command",
  "bench-journal": "target/release/bench-journal",
  "indicator-rates": "target/release/examples/indicator_rates",
  "jware-load": "target/release/jware-load",
} as const;

export const nativeProgram = (name: keyof typeof PATHS): string => join(ROOT, PATHS[name]);
