import { describe, expect, it } from "vitest";
import { benchRun, type BenchRun } from "../bench-run.js";
import { type Chart, figureOf, leftOut } from "../figure.js";
import { reportHtml } from "./html.js";

const TOKENS = ':root { --bg0: #0b0e13; }\n:root[data-theme="light"] { --bg0: #ffffff; }';
const CHARTS: readonly Chart[] = [
  {
    kind: "lines",
    title: "Latency <by rate>",
    x: { label: "per second", scale: "linear" },
    y: { label: "us", scale: "log" },
    series: [
      {
        name: "order",
        points: [
          [100, 5],
          [200, 50],
        ],
      },
      { name: "nothing measured", points: [] },
    ],
  },
  { kind: "bars", title: "Rates", unit: "per second", bars: [{ name: "raw", value: 5, range: [4, 6] }] },
];

const run = (passed: boolean): BenchRun =>
  benchRun({
    machine: {
      ...{ cpu: "a <processor>", cpuCount: 2, memoryGiB: 8, system: "linux 6", node: "v22", rustc: "1.95", commit: "abc" },
      ...{ isDirty: true, governor: "not told", loadAtStart: 0, startedAt: "2026-01-02T00:00:00Z" },
    },
    noise: { before: 0.02, after: 0.3, isNoisy: true },
    rounds: 5,
    isQuick: false,
    tookS: 60,
    suites: [
      {
        name: "order-path",
        tookS: 2,
        figures: [{ ...figureOf("order / echo", "ratio", [1.1, 1.3, 1.2], 1.15, { n: 1_000, warmUp: 10 }), part: "round-trip" }],
        checks: [{ name: "every answer", passed, detail: "5 & more" }],
        charts: CHARTS,
      },
    ],
  });

describe("the report", () => {
  const html = reportHtml(run(true), TOKENS);

  it("needs nothing from elsewhere, and runs nothing", () => {
    expect(html).not.toMatch(/<script|<link|<img|url\(|https?:/);
  });

  it("tells machine, noise, goals and what they rest on", () => {
    expect(html).toContain("a &lt;processor&gt; x 2");
    expect(html).toContain("commit abc with changes");
    expect(html).toContain("NOISY: A fixed loop was slowed by 2 % before the run and 30 % after it");
    expect(html.match(/<td>round-trip<\/td><td>order \/ echo</g)).toHaveLength(2);
    expect(html).toMatch(/order \/ echo<\/td><td class=number>1\.20x.*&lt;= 1\.15x.*missed/);
    expect(html).toContain("5 &amp; more");
    expect(html).toContain("1 of 1 checks right");
  });

  it("marks a run that was profiled", () => {
    expect(html).not.toContain("profile");
    expect(reportHtml({ ...run(true), isProfiled: true }, TOKENS)).toContain(
      '<p class="noisy">The run was profiled, and the profiler is in its figures: they are not to be published.</p>',
    );
  });

  it("opens the checks where one failed", () => {
    expect(html).toContain("<details><summary>1 of 1");
    expect(reportHtml(run(false), TOKENS)).toContain("<details open><summary>0 of 1");
  });

  it("tells what has no figures: not run, not here, or wrong", () => {
    expect(html).not.toContain("Without figures");
    const [suite] = run(true).suites;
    if (suite === undefined) throw new Error("there is one");
    const checks = [
      { ...leftOut("instructions", "no <valgrind>"), part: "kinds" },
      { name: "answers", part: "load", passed: false, detail: "3" },
    ];
    const some = { ...run(true), suites: [{ ...suite, notAsked: ["round-trip"], checks }] };
    const listed = (html: string) => [...html.matchAll(/<li>([^<]*)<\/li>/g)].map(([, line]) => line);
    expect(listed(reportHtml({ ...some, isQuick: true }, TOKENS).split("<section")[0] ?? "")).toEqual([
      "order-path/round-trip: not in this quick look",
      "order-path/kinds, instructions: left out: no &lt;valgrind&gt;",
      "order-path/load: it was wrong",
    ]);
    for (const named of [some, { ...some, isQuick: true, hasNamedParts: true as const }])
      expect(reportHtml(named, TOKENS)).toContain("order-path/round-trip: not asked for");
  });

  it("draws every chart, with finite places only", () => {
    expect(html.match(/<figure/g)).toHaveLength(2);
    expect(html).toContain("Latency &lt;by rate&gt;");
    expect(html).not.toMatch(/NaN|Infinity/);
  });

  it("is light on paper", () => {
    expect(html).toMatch(/@media print \{ :root \{ --bg0: #ffffff; \} \}/);
  });
});
