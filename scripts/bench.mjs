// `npm run bench -- <options>`: the set-up, then the bench suite in this process.
import { loadavg } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, main } from "./root.mjs";
import { setup } from "./setup.mjs";
import { NEEDS } from "./steps.mjs";
import { findChromium } from "./system-packages.mjs";

// Before the set-up, which may build for minutes: that would be taken for somebody else's load.
process.env.JWARE_LOAD_AT_START = (loadavg()[0] ?? 0).toFixed(1);
await main(() => setup(NEEDS.everything));
// Nothing is installed for a bench: without a browser its suite is left out.
const chromium = findChromium();
if (chromium !== undefined) process.env.JWARE_CHROMIUM = chromium;
const entry = join(ROOT, "bench/dist/main.js");
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
