// `npm start -- <options>`: the set-up, then the engine in this very process (so that signals and the exit code are its own).
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { endWithNpm } from "./end-with-npm.mjs";
import { ROOT, main } from "./root.mjs";
import { setup } from "./setup.mjs";
import { NEEDS } from "./steps.mjs";

await main(() => setup(NEEDS.start));
const entry = join(ROOT, "engine/dist/main.js");
process.argv[1] = entry;
endWithNpm();
await import(pathToFileURL(entry).href);
