// Proofs that drive the real platform are TypeScript of the engine; this sets up what they need and loads one.
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ROOT } from "../root.mjs";
import { setup } from "../setup.mjs";
import { NEEDS } from "../steps.mjs";

/** A module of engine/src/torture/, built. */
export async function compiled(file) {
  await setup(NEEDS.everything, { isRustNeeded: true });
  return import(pathToFileURL(join(ROOT, "engine/dist/torture", file)).href);
}
