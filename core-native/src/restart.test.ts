/** What was acknowledged is there after the process was killed, to the same state hash. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CoreConfig } from "./lifecycle.js";

const CORE = new URL("../dist/index.js", import.meta.url).href;

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "jware-restart-"));
});

afterAll(() => rmSync(dir, { recursive: true }));

/** A process of its own that starts the core on the folder, does something, says a line and waits to be killed. */
async function life(
  body: string,
  config: Partial<CoreConfig> = {},
): Promise<{ said: Record<string, unknown>; kill: (signal?: "SIGKILL" | "SIGTERM") => Promise<void> }> {
  const source = `
    import * as core from ${JSON.stringify(CORE)};
    const first = core.startCore({ journalDir: ${JSON.stringify(dir)}, ackMode: "durable", ...${JSON.stringify(config)} });
    ${body}
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "inherit"] });
  const said = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith("\n")) resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`the process ended with ${code} before it spoke`)));
  });
  return {
    said: JSON.parse(said) as Record<string, unknown>,
    kill: (signal = "SIGKILL") =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill(signal);
      }),
  };
}

it("replays a killed process's journal to the same state hash, twice", async () => {
  const first = await life(`
    const must = (command) => { const result = core.execute(command); if (!result.ok) throw new Error(result.text); return result.seq; };
    must({ kind: "defineCurrency", code: "USD", decimals: 6 });
    must({ kind: "defineInstrument", instrument: 1, symbol: "X", name: "X", assetClass: "crypto", venue: "simulated", baseCurrency: "X",
      quoteCurrency: "USD", priceDecimals: 2, tickMantissa: 1, qtyDecimals: 0, lotMantissa: 1, tickLotMinor: 10000, qtyLotsMin: 1,
      qtyLotsMax: 1000, notionalMinorMax: "1000000000000", collarBps: 1000, makerFeePpm: 0, takerFeePpm: 100 });
    must({ kind: "openAccount", account: 1001, name: "PAPER-1" });
    const batch = new core.MarketBatch();
    for (let i = 0; i < 3000; i += 1) { batch.level(1, 1 + (i % 2), (i % 2 === 0 ? 9000 : 9100) + (i % 50), 1 + (i % 7), Date.now()); batch.trade(1, 1, 9050, 1, Date.now(), i); }
    batch.state(1, 1, Date.now());
    batch.flush();
    const seq = must({ kind: "deposit", user: 0, account: 1001, currency: "USD", amountMinor: "5000000000" });
    await core.awaitDurable(seq);
    console.log(JSON.stringify({ ...core.coreStatus(), stateHash: core.coreStateHash() }));`);
  await first.kill();
  const speak =
    "console.log(JSON.stringify({ ...first, stateHash: core.coreStateHash(), cash: core.queryAccount(1001).balances[0].cashMinor, bars: core.queryBars(1, 60, 0, Date.now() + 60000).length }));";
  for (let round = 0; round < 2; round += 1) {
    const next = await life(speak);
    expect(next.said.stateHash).toBe(first.said.stateHash);
    expect(next.said.seq).toBe(first.said.seq);
    expect(next.said.replayedCount).toBe(first.said.seq);
    expect(next.said.cash).toBe("5000000000");
    expect(next.said.bars).toBeGreaterThan(0);
    await next.kill();
  }
});

it("starts from a snapshot that was made meanwhile, and from the one of a stop", async () => {
  const speak = "console.log(JSON.stringify({ ...core.coreStatus(), first, stateHash: core.coreStateHash() }));";
  const before = await life(speak);
  await before.kill();
  const waiting = `
    for (let wait = 0; wait < 200 && core.coreStatus().newestSnapshot === null; wait += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    ${speak}`;
  const maker = await life(waiting, { snapshotEveryMs: 1 });
  expect(maker.said.newestSnapshot).toMatchObject({ seq: before.said.seq, stateHash: before.said.stateHash });
  expect(maker.said.snapshotFailure).toBeNull();
  await maker.kill();
  const next = await life(`
    const batch = new core.MarketBatch();
    for (let i = 0; i < 10100; i += 1) { batch.trade(1, 1, 9050, 1, Date.now(), i); batch.flush(); }
    process.on("SIGTERM", () => { core.stopCore(); process.exit(0); });
    ${speak}`);
  expect(next.said).toMatchObject({ snapshotSeq: before.said.seq, replayedCount: 0 });
  expect(next.said.first).toMatchObject({ seq: before.said.seq });
  await next.kill("SIGTERM");
  const last = await life(speak);
  expect(last.said).toMatchObject({ snapshotSeq: next.said.seq, replayedCount: 0, stateHash: next.said.stateHash });
  await last.kill();
});

it("lets one process at a time have a journal", async () => {
  const holder = await life("console.log(JSON.stringify(first));");
  await expect(life("console.log(JSON.stringify(first));")).rejects.toThrow("before it spoke");
  await holder.kill();
});
