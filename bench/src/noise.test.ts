import { describe, expect, it } from "vitest";
import { noiseOf, noiseSentence, spreadOf } from "./noise.js";

describe("noise", () => {
  it("is how far the slowest tenth is above the fastest", () => {
    expect(spreadOf([10, 10, 10, 10, 10, 10, 10, 10, 10, 13])).toBeCloseTo(0.3);
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it("is told of a loop that was slowed, before or after, and of a machine that others use", () => {
    expect(noiseSentence(noiseOf(0.04, 0.02, 0.5))).toBe(
      "A fixed loop was slowed by 4 % before the run and 2 % after it: quiet.",
    );
    expect(noiseSentence(noiseOf(0.02, 0.2, 0))).toMatch(
      /^NOISY: A fixed loop was slowed by 2 % before the run and 20 % after it; /,
    );
    expect(noiseSentence(noiseOf(0.02, 0.02, 1.4))).toMatch(/^NOISY: .*, and 1\.4 processes wanted to run at its start; /);
  });
});
