// The repository's root and what every script prints and paths it shares.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A program installed by the lock file. */
export const bin = (name) => join(ROOT, "node_modules", ".bin", name);

/** `93.4 s`, `0.2 s`. */
export const seconds = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;

/** Something the person in front of the screen can mend: shown as one message without a stack. */
export class SetupError extends Error {}

/** Runs a script's main function: a SetupError becomes its sentence and exit code 1. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}
