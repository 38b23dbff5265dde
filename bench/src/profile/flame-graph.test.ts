import { expect, it } from "vitest";
import { flameGraphSvg } from "./flame-graph.js";

it("gives a call the width of its samples, and what it called", () => {
  const svg = flameGraphSvg("engine <1>", [
    { frames: ["main", "a"], count: 3 },
    { frames: ["main", "b"], count: 1 },
  ]);
  expect(svg).toContain("engine &lt;1&gt;, 4 samples");
  expect(svg).toContain("<title>main: 100.0 %</title>");
  expect(svg).toContain('<title>a: 75.0 %</title><rect x="0.0"');
  expect(svg).toContain('<title>b: 25.0 %</title><rect x="1050.0"');
});

it("is drawn of nothing, too", () => {
  expect(flameGraphSvg("idle", [])).not.toMatch(/NaN|Infinity/);
});
