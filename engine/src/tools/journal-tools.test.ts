// The journal's tools over a real journal, written by the core in this process and open meanwhile.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awaitDurable, coreStateHash, coreStatus, execute, startCore, stopCore } from "@jware/core-native";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "./cli.js";

const dataDir = mkdtempSync(join(tmpdir(), "jware-tools-"));
const dir = join(dataDir, "journal");

beforeAll(async () => {
  startCore({ journalDir: dir, ackMode: "durable", segmentBytes: 1 << 20 });
  execute({ kind: "defineCurrency", code: "USD", decimals: 2 });
  for (let account = 1_001; account <= 1_020; account += 1) {
    execute({ kind: "openAccount", account, name: `PAPER-${account}` });
    execute({ kind: "deposit", user: 1, account, currency: "USD", amountMinor: "123456" });
  }
  await awaitDurable(coreStatus().seq);
});

afterAll(() => {
  stopCore();
  rmSync(dataDir, { recursive: true, force: true });
});

async function run(...args: readonly string[]) {
  let [out, err] = ["", ""];
  const streams = {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    nowMs: () => 0,
  };
  const code = await runCli(args, undefined, streams);
  return { code, out, err };
}

test("verify finds a journal in use sound, by its folder and by the data folder", async () => {
  const sound = await run("journal", "verify", dir);
  expect(sound).toMatchObject({ code: 0, err: "" });
  expect(sound.out).toMatch(/records {2}41, sequence 1 to 41\n[\s\S]*sound {4}41 records in/);
  const json = JSON.parse((await run("journal", "verify", "--data-dir", dataDir, "--json")).out);
  expect(json).toMatchObject({ recordCount: 41, firstSeq: 1, lastSeq: 41, damage: null, segments: [{ firstSeq: 1 }] });
});

test("verify tells damage with file, offset and sequence; the others end with 78", async () => {
  const copy = join(dataDir, "damaged");
  cpSync(dir, copy, { recursive: true });
  const file = join(copy, "000000000001.jwj");
  const bytes = readFileSync(file);
  // In the first batch, of which later ones prove that it was durable.
  bytes[4_096 + 50] = (bytes[4_096 + 50] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const damaged = await run("journal", "verify", copy);
  expect(damaged.code).toBe(1);
  expect(damaged.out).toContain(
    "DAMAGED  file 000000000001.jwj, offset 4096, after sequence 0: the payload does not match its CRC",
  );
  expect(readFileSync(file).equals(bytes)).toBe(true);
  for (const tool of ["stat", "dump", "export", "replay"]) {
    const { code, err } = await run("journal", tool, copy);
    expect({ tool, code }).toEqual({ tool, code: 78 });
    expect(err).toContain("JRN_ERR_CORRUPT: 000000000001.jwj at byte 4096");
  }
});

test("a snapshot is made of a copy, and refused where a platform runs or bytes are damaged", async () => {
  const copy = join(dataDir, "to-snapshot");
  expect((await run("journal", "copy", dir, copy)).code).toBe(0);
  const made = await run("snapshot", copy, "--json");
  expect(made).toMatchObject({ code: 0, err: "" });
  const file = "snap-00000000000000000041.jws";
  const stateHash = coreStateHash();
  expect(JSON.parse(made.out)).toMatchObject({ file, seq: 41, fromSeq: 0, stateHash, bytes: statSync(join(copy, file)).size });
  const again = await run("snapshot", copy);
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^state {4}[0-9a-f]{16}\n.*after the snapshot at 41$/m) });
  expect(again.out).toContain(stateHash);
  expect(await run("snapshot", dir)).toMatchObject({ code: 69, err: expect.stringContaining("JRN_ERR_LOCKED") });
  expect(readdirSync(dir).filter((name) => name.startsWith("snap-"))).toEqual([]);
  expect(await run("snapshot", copy, "--deep")).toMatchObject({ code: 64 });
  expect(await run("snapshot", dataDir)).toMatchObject({ code: 78, err: expect.stringContaining("JRN_ERR_NO_JOURNAL") });

  const segment = join(copy, "000000000001.jwj");
  const bytes = readFileSync(segment);
  bytes[4_096 + 50] = (bytes[4_096 + 50] ?? 0) ^ 1;
  writeFileSync(segment, bytes);
  rmSync(join(copy, file));
  expect(await run("snapshot", copy)).toMatchObject({ code: 78, err: expect.stringContaining("JRN_ERR_CORRUPT") });
  expect(readdirSync(copy).filter((name) => name.startsWith("snap-"))).toEqual([]);
});

test("a folder that is none, or holds no journal, is told", async () => {
  expect(await run("journal", "verify", join(dataDir, "nowhere"))).toMatchObject({
    code: 74,
    err: expect.stringContaining("JRN_ERR_IO"),
  });
  expect(await run("journal", "verify", dataDir)).toMatchObject({ code: 78, err: expect.stringContaining("JRN_ERR_NO_JOURNAL") });
  expect(await run("journal", "verify", dir, "--deep")).toMatchObject({
    code: 64,
    err: expect.stringContaining("it has no option --deep"),
  });
  expect(await run("journal", "dump", dir, "--from", "soon")).toMatchObject({ code: 64 });
});

test("stat counts by command", async () => {
  const { code, out } = await run("journal", "stat", dir, "--json");
  expect(code).toBe(0);
  const { kinds, batchCount, batchRecords } = JSON.parse(out);
  expect(kinds.map(({ name, records }: { name: string; records: number }) => [name, records])).toEqual([
    ["DefineCurrency", 1],
    ["Deposit", 20],
    ["OpenAccount", 20],
  ]);
  expect(batchCount).toBeGreaterThan(0);
  expect(batchRecords.max).toBeGreaterThanOrEqual(batchRecords.min);
  expect((await run("journal", "stat", dir)).out).toMatch(/ {2}Deposit +20 +\d+ +\d+\n/);
});

test("dump and export print a range, one JSON value a line", async () => {
  const dump = await run("journal", "dump", dir, "--from", "2", "--to", "3");
  expect(dump.out).toMatch(/^ +2 {2}\d{4}-.*Z {2}OpenAccount +\{"account":1001.*\n +3 {2}.*Deposit +\{/);
  const rows = (await run("journal", "export", dir, "--from=3", "--to=3")).out.trimEnd().split("\n");
  const values = rows.map((row) => JSON.parse(row));
  expect(values[0]).toMatchObject({ seq: 3, command: { Deposit: { account: 1_001, amount: 123_456 } } });
  expect(values.some((row) => row.event?.Balance?.cash === 123_456)).toBe(true);
});

test("replay comes to the running core's hash, and to an earlier moment", async () => {
  const whole = JSON.parse((await run("journal", "replay", dir, "--json")).out);
  expect(whole).toMatchObject({ seq: 41, stateHash: coreStateHash(), missing: [] });
  const early = JSON.parse((await run("journal", "replay", dir, "--until", "3", "--account", "PAPER-1001", "--json")).out);
  expect(early).toMatchObject({ seq: 3, account: { account: 1_001, balances: [{ currency: "USD", cash: "1234.56" }] } });
  expect(early.stateHash).not.toBe(whole.stateHash);
  const none = await run("journal", "replay", dir, "--until", "2020-01-01T00:00:00Z", "--order", "nobody", "--book", "NONE");
  expect(none).toMatchObject({
    code: 1,
    out: expect.stringContaining("There is no order nobody in these commands.\nThere is no symbol NONE"),
  });
  expect(none.out).toContain("sequence 0");
  expect(await run("journal", "replay", dir, "--until", "noon")).toMatchObject({ code: 64 });
});
