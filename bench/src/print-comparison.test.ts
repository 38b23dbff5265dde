import { expect, it } from "vitest";
import { comparedLine } from "./print-comparison.js";

it("tells a change as a ratio, and where there is none as a difference, with the reason", () => {
  const figure = { suite: "ui", name: "heap growth", unit: "MiB", verdict: "worse" } as const;
  const ratio = { kind: "ratio", change: 2, low: 1.5, high: 2.5 } as const;
  expect(comparedLine({ ...figure, before: 1, after: 2, interval: ratio })).toBe(
    "  worse    ui: heap growth: 1.0 MiB -> 2.0 MiB, x 2.00 (1.50 to 2.50)",
  );
  const difference = { kind: "difference", change: 3, low: 2.8, high: 3.2 } as const;
  expect(comparedLine({ ...figure, before: -0.5, after: 2.5, interval: difference })).toBe(
    "  worse    ui: heap growth: -0.5 MiB -> 2.5 MiB, by 3.0 MiB (2.8 MiB to 3.2 MiB): of values that are not above zero there is no ratio",
  );
});
