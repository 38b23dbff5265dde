/** The boundary between Node and Rust: what a call costs, what sharing it gives, what objects would cost. */
import type { Parts } from "../suite.js";
import { crossing } from "./crossing.js";
import { frames } from "./frames.js";
import { objects } from "./objects.js";

export const NATIVE_CALL_PARTS: Parts = { crossing, frames, objects };
