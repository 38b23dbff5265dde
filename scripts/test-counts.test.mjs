// The last line of `npm test` never says "0 failed" when something went wrong.
import { expect, test } from "vitest";
import { add, cargoCounts, lastLine, noCounts, vitestCounts } from "./test-counts.mjs";

const CARGO = `
     Running unittests src/lib.rs (target/debug/deps/jware_core-0123456789abcdef)

running 3 tests
test units::tests::price ... ok
test book::tests::priority ... FAILED
test slow ... ignored

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;

test("cargo's results are summed over its binaries", () => {
  const counts = cargoCounts(CARGO, 101, false);
  expect(counts).toEqual({ passed: 5, failed: 1, skipped: 1, failures: ["rust: book::tests::priority"] });
  expect(lastLine(counts)).toBe("5 passed, 1 failed, 1 skipped");
});

test("a compiler error is a failure", () => {
  expect(cargoCounts("error[E0425]: cannot find value", 101, false)).toMatchObject({ passed: 0, failed: 1 });
});

test("no test at all is a failure, unless a filter was given", () => {
  expect(cargoCounts("", 0, false).failed).toBe(1);
  expect(cargoCounts("", 0, true)).toEqual(noCounts());
  expect(vitestCounts({ testResults: [] }, "unit", 0, false).failed).toBe(1);
});

test("vitest's report is counted, a file that could not be loaded with it", () => {
  const report = {
    testResults: [
      {
        name: "a.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "one" },
          { status: "failed", fullName: "two" },
          { status: "pending", fullName: "three" },
          { status: "todo", fullName: "four" },
        ],
      },
      { name: "b.test.ts", status: "failed", message: "Cannot find module\nstack", assertionResults: [] },
      { name: "c.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "five" }] },
    ],
  };
  expect(vitestCounts(report, "unit", 1, false)).toEqual({
    passed: 2,
    failed: 2,
    skipped: 2,
    failures: ["unit: a.test.ts: two", "unit: b.test.ts: Cannot find module"],
  });
});

test("a runner that crashed is a failure, with or without a report", () => {
  expect(vitestCounts(undefined, "unit", 0, false).failed).toBe(1);
  const passing = { testResults: [{ name: "a", status: "passed", assertionResults: [{ status: "passed", fullName: "one" }] }] };
  expect(vitestCounts(passing, "unit", 1, false)).toMatchObject({ passed: 1, failed: 1 });
});

test("the last line names skipped tests only where there are some", () => {
  expect(lastLine(add({ ...noCounts(), passed: 2 }, { ...noCounts(), passed: 1 }))).toBe("3 passed, 0 failed");
});
