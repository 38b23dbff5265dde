/** What was acknowledged is there after the process was killed, to the same state hash. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const CORE = new URL("../dist/index.js", import.meta.url).href;

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "jware-restart-"));
});

afterAll(() => rmSync(dir, { recursive: true }));

/** A process of its own that starts the core on the folder, does something, says a line and waits to be killed. */
async function life(body: string): Promise<{ said: Record<string, unknown>; kill: () => Promise<void> }> {
  const source = `
    import * as core from ${JSON.stringify(CORE)};
    const first = core.startCore({ journalDir: ${JSON.stringify(dir)}, ackMode: "durable" });
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
    kill: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
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

it("lets one process at a time have a journal", async () => {
  const holder = await life("console.log(JSON.stringify(first));");
  await expect(life("console.log(JSON.stringify(first));")).rejects.toThrow("before it spoke");
  await holder.kill();
});
