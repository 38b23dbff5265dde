// What the test runners said, as numbers: the last line of `npm test` is made here.
//
// Invariant: "0 failed" is never printed when something went wrong. A runner that crashed, a file that could not be loaded,
// and a suite without a single test each count as one failure.

/** Nothing yet. */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

/** Reads the output of `cargo test`; `code` is its exit code. `mayBeEmpty` where a filter was given. */
export function cargoCounts(output, code, mayBeEmpty) {
  const counts = noCounts();
  for (const [, passed, failed, ignored] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  for (const [, name] of output.matchAll(/^test (.+?) \.\.\. FAILED$/gm)) counts.failures.push(`rust: ${name}`);
  return judged(counts, "rust", code, mayBeEmpty);
}

/** Reads vitest's JSON report (undefined where it wrote none). */
export function vitestCounts(report, suite, code, mayBeEmpty) {
  const counts = noCounts();
  for (const file of report?.testResults ?? []) {
    const results = file.assertionResults;
    for (const { status, fullName } of results) {
      if (status === "passed") counts.passed += 1;
      else if (status === "failed") {
        counts.failed += 1;
        counts.failures.push(`${suite}: ${file.name}: ${fullName}`);
      } else counts.skipped += 1;
    }
    // The file itself failed: it could not be loaded, or a hook outside its tests threw.
    if (file.status === "failed" && !results.some(({ status }) => status === "failed")) {
      counts.failed += 1;
      counts.failures.push(`${suite}: ${file.name}: ${firstLine(file.message)}`);
    }
  }
  return judged(counts, suite, report === undefined ? code || 1 : code, mayBeEmpty);
}

function judged(counts, suite, code, mayBeEmpty) {
  if (code !== 0 && counts.failed === 0) return broken(counts, `${suite}: the test runner itself failed (exit code ${code})`);
  if (counts.passed + counts.failed + counts.skipped === 0 && !mayBeEmpty) return broken(counts, `${suite}: no test ran`);
  return counts;
}

const broken = (counts, why) => ({ ...counts, failed: counts.failed + 1, failures: [...counts.failures, why] });
const firstLine = (text) => (text ?? "").split("\n", 1)[0];

/** The line that ends `npm test`. */
export const lastLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
