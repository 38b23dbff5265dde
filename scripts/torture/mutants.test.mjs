import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../root.mjs";
import { CRATES, faults, planted } from "./mutants.mjs";

/** `recorded` needs what a copy of the crate does not have; the others take minutes without optimisation, and have no fault of their own. */
const NEVER_ASKED = ["recorded", "keep", "space", "snapshots"];

// Planting them all takes an hour, so that nobody does it before each commit: without this the lists go stale unseen.
test("each fault's text is in its file exactly once", () => {
  const all = faults();
  const complaints = all.flatMap((fault) => {
    try {
      return planted(fault) === planted({ ...fault, new: fault.old }) ? [`${fault.name} changes nothing`] : [];
    } catch (error) {
      return [error.message];
    }
  });
  expect(complaints).toEqual([]);
  expect(all.length).toBeGreaterThan(0);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test.each(Object.keys(CRATES))("every test of %s is asked about a fault", (crate) => {
  const asked = CRATES[crate].stages.flatMap(([, tests]) => tests);
  const files = readdirSync(join(ROOT, "core-native", crate, "tests")).filter((name) => name.endsWith(".rs"));
  const tests = files.map((name) => name.slice(0, -".rs".length)).filter((name) => !NEVER_ASKED.includes(name));
  expect(tests.filter((name) => !asked.includes(name))).toEqual([]);
});
