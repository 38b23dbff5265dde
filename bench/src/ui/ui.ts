/** The terminal in a browser. */
import type { Parts } from "../suite.js";
import { bundle } from "./bundle.js";
import { page } from "./page.js";

export const UI_PARTS: Parts = { page, bundle };
