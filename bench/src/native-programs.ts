/** The native programs of the bench, built before anything is measured: a moment where nothing changed, minutes on a fresh clone. */
import { join } from "node:path";
import { Child } from "./child.js";
import { targetsOf } from "./native-program.js";
import { OptionError } from "./option-error.js";
import { ROOT } from "./root.js";

/** Those that the suites run. Throws an OptionError with what cargo said. */
export async function buildNativePrograms(suites: readonly string[]): Promise<void> {
  const targets = targetsOf(suites);
  if (targets.size === 0) return;
  process.stderr.write("building the native programs of the bench ...\n");
  const manifest = join(ROOT, "Cargo.toml");
  for (const target of targets) {
    await new Child("cargo", ["build", "--release", "--quiet", "--manifest-path", manifest, ...target], { leavesChildren: true })
      .output()
      .catch((error: Error) => {
        throw new OptionError(`The native programs of the bench cannot be built: ${error.message}`);
      });
  }
}
