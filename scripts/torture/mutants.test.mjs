import { expect, test } from "vitest";
import { faults, planted } from "./mutants.mjs";

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
