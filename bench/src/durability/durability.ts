/** What durability costs, and what it takes to come back. */
import type { Parts } from "../suite.js";
import { acknowledgement } from "./acknowledgement.js";
import { projection } from "./projection.js";
import { replay } from "./replay.js";
import { snapshots } from "./snapshots.js";

/** These take tens of seconds for a round; three tell as much as is asked. */
const ROUNDS_MAX = 3;

const capped =
  (part: Parts[string]): Parts[string] =>
  (rounds, options) =>
    part(Math.min(rounds, ROUNDS_MAX), options);

export const DURABILITY_PARTS: Parts = {
  acknowledgement,
  replay: capped(replay),
  snapshots: capped(snapshots),
  projection: capped(projection),
};
