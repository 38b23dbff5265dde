/** What durability costs, and what it takes to come back. */
import type { Parts } from "../suite.js";
import { acknowledgement } from "./acknowledgement.js";
import { projection } from "./projection.js";
import { replay } from "./replay.js";
import { snapshots } from "./snapshots.js";
import { throughput } from "./throughput.js";

export const DURABILITY_PARTS: Parts = { acknowledgement, throughput, replay, snapshots, projection };
