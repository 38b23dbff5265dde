// Proofs that drive the real platform are TypeScript of the engine; this sets up what they run and loads one.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ROOT } from "../root.mjs";
import { endChildrenOnSignal } from "../run.mjs";
import { setup } from "../setup.mjs";
import { NEEDS } from "../steps.mjs";

/** A module of engine/src, with everything built that it starts. From its source: what proofs share with tests is not compiled. */
export async function engineProof(file) {
  await setup(NEEDS.everything);
  return engineModule(file);
}

/** The same of what is built already. From now on a signal ends what the module starts. */
export async function engineModule(file) {
  // Again: a set-up that had something to do gave signals back at its end.
  endChildrenOnSignal();
  // Not at the head: the set-up installs it.
  const { tsImport } = await import("tsx/esm/api");
  return tsImport(pathToFileURL(join(ROOT, "engine/src", file)).href, import.meta.url);
}
