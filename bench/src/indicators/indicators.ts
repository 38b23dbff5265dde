/** Indicators: whole series against TA-Lib C and an npm package, streams against npm packages, and whether all of them say the same. */
import type { Parts } from "../suite.js";
import { batch } from "./batch.js";
import { batchNpm } from "./batch-npm.js";
import { parity } from "./parity.js";
import { streaming } from "./streaming.js";

export const INDICATOR_PARTS: Parts = { parity, batch, "batch-npm": batchNpm, streaming };
