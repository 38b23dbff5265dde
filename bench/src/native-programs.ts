/** The native programs of the bench, built before anything is measured: a moment where nothing changed, minutes on a fresh clone. */
import { join } from "node:path";
import { Child } from "./child.js";
import { OptionError } from "./option-error.js";
import { ROOT } from "./root.js";

const TARGETS = [
  ["-p", "jware-load", "-p", "jware-bench-native"],
  ["-p", "jware-core", "--example", "indicator_rates"],
] as const;

/** Throws an OptionError with what cargo said. */
export async function buildNativePrograms(): Promise<void> {
  process.stderr.write("building the native programs of the bench ...\n");
  const manifest = join(ROOT, "Cargo.toml");
  for (const target of TARGETS) {
    await new Child("cargo", ["build", "--release", "--quiet", "--manifest-path", manifest, ...target], { leavesChildren: true })
      .output()
      .catch((error: Error) => {
        throw new OptionError(`The native programs of the bench cannot be built: ${error.message}`);
      });
  }
}
