import { expect, it } from "vitest";
import { figureLine } from "./print.js";

it("says whether a goal was met", () => {
  const figure = { name: "order / echo", unit: "ratio", value: 1.234, range: [1.1, 1.9], rounds: [] } as const;
  expect(figureLine({ ...figure, goalAtMost: 1.5 })).toMatch(/order \/ echo +1\.23x {2}\(1\.10 to 1\.90\) +goal <= 1\.50x: met$/);
  expect(figureLine({ ...figure, goalAtMost: 1.2 })).toMatch(/goal <= 1\.20x: MISSED$/);
  expect(figureLine({ name: "rate", unit: "per second", value: 1234567, rounds: [] })).toMatch(/1,234,567 per second$/);
  expect(figureLine({ name: "tasks", unit: "count", value: 0.5, rounds: [] })).toMatch(/ 0\.5$/);
  expect(figureLine({ name: "tasks", unit: "count", value: 1_000, rounds: [] })).toMatch(/ 1,000$/);
  expect(figureLine({ ...figure, goalAtLeast: 1.5 })).toMatch(/goal >= 1\.50x: MISSED$/);
  expect(figureLine({ ...figure, goalAtLeast: 1.2 })).toMatch(/goal >= 1\.20x: met$/);
});
