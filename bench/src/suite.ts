/** A suite: parts that stand alone, run one after the other. */
import type { SuiteResult } from "./figure.js";

/** What the command line asks of parts that know it. */
export interface RunOptions {
  /** A file of order operations, instead of the generated flow. */
  readonly ops?: string | undefined;
}

/** What each part measures over so many rounds, by name, in the order in which they run. */
export type Parts = Readonly<Record<string, (rounds: number, options: RunOptions) => Promise<SuiteResult>>>;

export async function runParts(
  parts: Parts,
  names: readonly string[],
  rounds: number,
  options: RunOptions,
): Promise<SuiteResult> {
  const results: SuiteResult[] = [];
  for (const [name, part] of Object.entries(parts).filter(([name]) => names.includes(name))) {
    process.stderr.write(`${name} ...\n`);
    results.push(await part(rounds, options).catch((error: unknown) => failed(name, error)));
  }
  return { figures: results.flatMap((result) => result.figures), checks: results.flatMap((result) => result.checks) };
}

/** A part that could not be measured is a failed check; the others still count. */
const failed = (part: string, error: unknown): SuiteResult => ({
  figures: [],
  checks: [{ name: part, passed: false, detail: error instanceof Error ? error.message : String(error) }],
});
