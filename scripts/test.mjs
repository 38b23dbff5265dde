// `npm test [-- rust|ts|browser] [filter]`: the set-up, then every test; the last line is `N passed, N failed[, N skipped]`.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { endChildrenOnSignal, run } from "./run.mjs";
import { ROOT, SetupError, bin, main, seconds } from "./root.mjs";
import { setup } from "./setup.mjs";
import { NEEDS } from "./steps.mjs";
import { startTestPlatform } from "./test-platform.mjs";
import { systemPackages } from "./system-packages.mjs";
import { add, cargoCounts, lastLine, noCounts, vitestCounts } from "./test-counts.mjs";

const SUITES = ["rust", "ts", "browser"];
/** Projects of vitest.config.ts. */
const PROJECTS = { ts: ["unit", "ui"], browser: ["ui-browser"] };
const RUST_OUTPUT_LINES_MAX = 400;

await main(async () => {
  const [first, ...others] = process.argv.slice(2);
  const suites = SUITES.includes(first) ? [first] : SUITES;
  const filters = first === undefined || SUITES.includes(first) ? others : [first, ...others];
  if (filters.some((filter) => filter.startsWith("-"))) throw new SetupError(`npm test [-- ${SUITES.join("|")}] [filter]`);

  await setup(NEEDS.everything, { isRustNeeded: suites.includes("rust") });
  endChildrenOnSignal();
  const { env, missing } = suites.some((suite) => suite !== "rust") ? await systemPackages() : { env: {}, missing: [] };

  let counts = noCounts();
  if (suites.includes("rust")) counts = add(counts, await rust(filters));
  if (suites.includes("ts")) counts = add(counts, await vitest("ts", filters, env));
  if (suites.includes("browser")) {
    counts = add(counts, missing.includes("Chromium") ? await skipped("browser", filters) : await browser(filters, env));
  }
  if (counts.passed + counts.failed + counts.skipped === 0) {
    counts = { ...counts, failed: 1, failures: [`no test matches ${filters.join(" ")}`] };
  }
  report(counts);
});

/** The failing tests once more where they are easy to find, then the one line. */
function report(counts) {
  if (counts.failures.length > 0)
    process.stdout.write(`\nFailed:\n${counts.failures.map((failure) => `  ${failure}\n`).join("")}`);
  process.stdout.write(`\n${lastLine(counts)}\n`);
  process.exit(counts.failed === 0 ? 0 : 1);
}

async function rust(filters) {
  const startMs = performance.now();
  process.stdout.write("\nRust (cargo test --workspace)\n");
  let binary = "";
  const onLine = (line) => {
    binary = /^\s+(?:Running .*\/deps\/(.+?)-[0-9a-f]+\)|Doc-tests (.+))$/.exec(line)?.slice(1).find(Boolean) ?? binary;
    const result = /^test result: \w+\. (.+?); 0 measured/.exec(line)?.[1];
    if (result !== undefined && !result.startsWith("0 passed; 0 failed; 0 ignored"))
      process.stdout.write(`  ${binary}: ${result}\n`);
  };
  // One filter: cargo takes a single name, and the first one given is it.
  const result = await run("cargo", ["test", "--workspace", "--no-fail-fast", ...filters.slice(0, 1)], { onLine });
  const counts = cargoCounts(result.output, result.code, filters.length > 0);
  if (counts.failed > 0) {
    const lines = result.output
      .trimEnd()
      .split("\n")
      .filter((line) => !/\.\.\. (ok|ignored)$|^\s+(Compiling|Running) /.test(line));
    process.stdout.write(`${lines.slice(-RUST_OUTPUT_LINES_MAX).join("\n")}\n`);
  }
  process.stdout.write(`  ${lastLine(counts)} in ${seconds(startMs)}\n`);
  return counts;
}

function vitestArgs(command, suite, filters) {
  return [bin("vitest"), command, ...PROJECTS[suite].flatMap((name) => ["--project", name]), ...filters];
}

async function vitest(suite, filters, env) {
  process.stdout.write(`\n${suite === "ts" ? "TypeScript" : "Browser"} (vitest)\n`);
  const reportFile = join(ROOT, ".setup", `vitest-${suite}.json`);
  mkdirSync(join(ROOT, ".setup"), { recursive: true });
  rmSync(reportFile, { force: true });
  const args = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`, "--passWithNoTests"];
  const result = await run(process.execPath, [...vitestArgs("run", suite, filters), ...args], { env, inherit: true });
  return vitestCounts(readReport(reportFile), suite, result.code, filters.length > 0);
}

/** The terminal against scripted venues, and against a real platform that lives as long as the tests. */
async function browser(filters, env) {
  const platform = await startTestPlatform();
  try {
    const counts = await vitest("browser", filters, { ...env, ...platform.env });
    if (platform.env.JWARE_URL !== undefined) return counts;
    process.stdout.write(platform.output());
    return add(counts, { ...noCounts(), failed: 1, failures: ["browser: the platform did not start"] });
  } finally {
    await platform.stop();
  }
}

/** Counts a suite's tests without running them. */
async function skipped(suite, filters) {
  const result = await run(process.execPath, [...vitestArgs("list", suite, filters), "--json"]);
  const from = result.output.indexOf("[");
  const count = result.code === 0 && from >= 0 ? JSON.parse(result.output.slice(from)).length : 1;
  return { ...noCounts(), skipped: count };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
