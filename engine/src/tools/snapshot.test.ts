// A snapshot of a journal whose oldest segments went to the archive.
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { coreStateHash, execute, startCore, stopCore } from "@jware/core-native";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { snapshot } from "./snapshot.js";
import { EXIT, type Screen } from "./tool.js";

const SEGMENT_BYTES = 65_536;
/** After fewer commands a core that stops writes no snapshot, and without one nothing goes to the archive. */
const DEPOSITS = 10_000;
const folder = mkdtempSync(join(tmpdir(), "jware-snapshot-"));
const [written, archive] = [join(folder, "journal"), join(folder, "archive")];
let stateHash: string;
let count = 0;
let dir: string;

beforeAll(() => {
  startCore({ journalDir: written, ackMode: "memory", segmentBytes: SEGMENT_BYTES });
  execute({ kind: "defineCurrency", code: "USD", decimals: 2 });
  execute({ kind: "openAccount", account: 1_001, name: "PAPER-1001" });
  for (let nth = 0; nth < DEPOSITS; nth += 1)
    execute({ kind: "deposit", user: 1, account: 1_001, currency: "USD", amountMinor: "1" });
  stateHash = coreStateHash();
  stopCore();
  mkdirSync(archive);
  for (const name of ["000000000001.jwj", "000000000002.jwj"]) renameSync(join(written, name), join(archive, name));
});

beforeEach(() => {
  count += 1;
  dir = join(folder, `copy-${count}`);
  cpSync(written, dir, { recursive: true });
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<unknown> {
  const results: unknown[] = [];
  const nothing = (): void => undefined;
  const screen: Screen = { isJson: true, print: nothing, progress: nothing, result: (value) => void results.push(value) };
  expect(await snapshot.run(args, screen)).toBe(EXIT.OK);
  return results[0];
}

test("begins at the first command, in the archive, named by an option", async () => {
  expect(await run(dir, "--journal-archive", archive)).toMatchObject({ fromSeq: 0, seq: DEPOSITS + 2, stateHash });
});

test("begins at the first command, in the archive, named by the platform's variable", async () => {
  vi.stubEnv("JWARE_JOURNAL_ARCHIVE", archive);
  expect(await run(dir)).toMatchObject({ fromSeq: 0, stateHash });
});

test("begins with what the core wrote at its stop where nobody knows the archive", async () => {
  vi.stubEnv("JWARE_JOURNAL_ARCHIVE", "");
  expect(await run(dir)).toMatchObject({ fromSeq: DEPOSITS + 2, stateHash });
});
