// Wrong tools get one sentence that says what to install.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./root.mjs";
import { checkNode, NODE_RANGE, nodeProblem, RUST_MIN, rustProblem } from "./tools.mjs";

test.each(["18.20.4", "20.18.1", "23.0.0", "24.1.0"])("Node %s is refused with what to install", (version) => {
  expect(nodeProblem(version)).toMatch(new RegExp(`^Node ${version} cannot run Jware Trader: install Node 22 .*nvm install 22`));
  expect(() => checkNode(version)).toThrow("install Node 22");
});

test.each(["20.19.0", "20.20.2", "21.0.0", "22.12.0"])("Node %s is taken", (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test("old and unreadable Rust is refused, newer taken", () => {
  expect(rustProblem("rustc 1.88.0 (17067e9ac 2025-05-09)\n")).toContain(
    "Rust 1.88.0 is too old: Jware Trader needs 1.89 or later",
  );
  expect(rustProblem("error: no default toolchain")).toContain("install stable Rust");
  expect(rustProblem("rustc 1.89.0 (29483883e 2025-08-04)")).toBeUndefined();
  expect(rustProblem("rustc 1.98.0-nightly (abc 2026-11-01)")).toBeUndefined();
});

test("the ranges are those of package.json and Cargo.toml", () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(engines.node).toBe(`>=${NODE_RANGE.min.join(".")} <${NODE_RANGE.below}`);
  expect(readFileSync(join(ROOT, "Cargo.toml"), "utf8")).toContain(`rust-version = "${RUST_MIN.join(".")}"`);
});

test("without cargo and a linker, both are named and nothing else is printed", () => {
  const empty = mkdtempSync(join(tmpdir(), "jware-tools-"));
  const source = `
    import { checkRust } from ${JSON.stringify(join(ROOT, "scripts/tools.mjs"))};
    import { main } from ${JSON.stringify(join(ROOT, "scripts/root.mjs"))};
    await main(checkRust);`;
  const result = spawnSync(process.execPath, ["--input-type=module", "-e", source], {
    env: { PATH: empty, HOME: empty },
    encoding: "utf8",
  });
  rmSync(empty, { recursive: true });
  expect(result.status).toBe(1);
  expect(result.stdout).toBe("");
  expect(result.stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^cargo and rustc not found: install stable Rust from https:\/\/rustup\.rs/),
    expect.stringMatching(/^No C linker \(cc\) found: install/),
  ]);
});
