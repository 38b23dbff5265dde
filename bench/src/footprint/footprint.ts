/** What the platform takes when it does nothing: time to start, memory, room on the disk. */
import type { Parts } from "../suite.js";
import { installSize } from "./install-size.js";
import { sockets } from "./sockets.js";
import { startUp } from "./start-up.js";

export const FOOTPRINT_PARTS: Parts = { "start-up": startUp, sockets, "install-size": installSize };
