/** A suite: parts that stand alone, run one after the other. */
import type { Chart, Check, Figure, SuiteResult } from "./figure.js";
import { untilEnded } from "./ending.js";

/** What the command line asks of parts that know it. */
export interface RunOptions {
  /** A file of order operations, instead of the generated flow. */
  readonly ops?: string | undefined;
  /** Fewer samples and settings: a look, not figures to publish. */
  readonly isQuick: boolean;
}

/** What each part measures over so many rounds, by name, in the order in which they run. */
export type Parts = Readonly<Record<string, (rounds: number, options: RunOptions) => Promise<SuiteResult>>>;

/** What a suite found, and how long it took. */
export interface SuiteRun {
  readonly name: string;
  readonly tookS: number;
  /** The parts that ran; absent in a run that was kept before they were. */
  readonly parts?: readonly string[];
  /** Its other parts: `--part` did not name them, or they are too slow for the quick look that the run was. */
  readonly notAsked?: readonly string[];
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
  readonly charts: readonly Chart[];
}

export async function runSuite(
  name: string,
  parts: Parts,
  names: readonly string[],
  rounds: number,
  options: RunOptions,
): Promise<SuiteRun> {
  const startedMs = performance.now();
  const results: SuiteResult[] = [];
  for (const [part, run] of Object.entries(parts).filter(([part]) => names.includes(part))) {
    process.stderr.write(`${name}, ${part} ...\n`);
    const fromMs = performance.now();
    const result = await untilEnded(run(rounds, options).catch((error: unknown) => failed(part, error)));
    results.push(ofPart(part, rightOnly(result)));
    process.stderr.write(`  ${part} took ${((performance.now() - fromMs) / 1e3).toFixed(1)} s\n`);
  }
  return {
    name,
    tookS: (performance.now() - startedMs) / 1e3,
    parts: Object.keys(parts).filter((part) => names.includes(part)),
    notAsked: Object.keys(parts).filter((part) => !names.includes(part)),
    figures: results.flatMap((result) => result.figures),
    checks: results.flatMap((result) => result.checks),
    charts: results.flatMap((result) => result.charts ?? []),
  };
}

/** What was measured while something was wrong is not a figure of anything. */
function rightOnly(result: SuiteResult): SuiteResult {
  return result.checks.every(({ passed }) => passed) ? result : { figures: [], charts: [], checks: result.checks };
}

/** Each figure and check with the name of its part: what was wrong elsewhere says nothing of it. */
const ofPart = (part: string, { figures, checks, charts }: SuiteResult): SuiteResult => ({
  figures: figures.map((figure) => ({ ...figure, part })),
  checks: checks.map((check) => ({ ...check, part })),
  charts: charts ?? [],
});

/** A part that could not be measured is a failed check; the others still count. */
const failed = (part: string, error: unknown): SuiteResult => ({
  figures: [],
  checks: [{ name: part, passed: false, detail: error instanceof Error ? error.message : String(error) }],
});
