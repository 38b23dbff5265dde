/** The whole platform in a process of its own: first start, orders, kill, restart, stop, and starts that must fail. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { killNaming, PlatformProcess, processesNaming } from "./test/platform-process.js";

const CAPTURE = fileURLToPath(new URL("../../../shared/data/captures/binance/spot_btcusdt_20240808.gz", import.meta.url));

let dir: string;

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "jware-platform-")));
});

afterAll(() => {
  // Where a test failed, its platform is still there.
  killNaming(dir);
  rmSync(dir, { recursive: true, force: true });
});

/** How many threads of a process run only where nobody else wants the processor (SCHED_IDLE is 5: proc_pid_stat(5), field 41). */
const yieldingThreads = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).filter((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[41 - 3] === "5";
  }).length;

const limit = (clOrdId: string, price: string) => ({
  account: "PAPER-1",
  clOrdId,
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  timeInForce: "gtc",
  orderQty: "0.01",
  price,
});

it("keeps every acknowledged order through a kill, and leaves nothing behind when it stops", async () => {
  const data = join(dir, "life");
  const first = await PlatformProcess.start(data);
  expect(first.screen).toContain("made now: users admin and trader");
  expect(statSync(join(data, "credentials.json")).mode & 0o777).toBe(0o600);
  await first.signIn();
  const { body: book } = await first.call("GET", "book?symbol=BTC-USD&depth=1");
  const bid = Number(book.bids[0][0]);
  const market = await first.call("POST", "orders", {
    ...limit("m-1", "0"),
    price: undefined,
    ordType: "market",
    timeInForce: "ioc",
  });
  expect([market.status, market.body.ordStatus, market.body.cumQty]).toEqual([201, "filled", "0.0100"]);
  const names = ["r-1", "r-2", "r-3"];
  for (const [index, name] of names.entries()) {
    const answer = await first.call("POST", "orders", limit(name, (bid - 500 - index).toFixed(2)));
    expect(answer.status).toBe(201);
  }
  expect((await first.call("DELETE", "orders/r-2?account=PAPER-1")).status).toBe(200);
  const before = (await first.call("GET", "positions?account=PAPER-1")).body.positions[0];
  await first.end("SIGKILL");

  const second = await PlatformProcess.start(data);
  expect(second.screen).not.toContain("made now");
  // The projector and who makes snapshots.
  if (process.platform === "linux") await vi.waitFor(() => expect(yieldingThreads(second.pid)).toBe(2), { timeout: 60_000 });
  await second.signIn();
  const open = await second.call("GET", "orders?account=PAPER-1&status=open");
  expect(open.body.orders.map((order: { clOrdId: string }) => order.clOrdId).sort()).toEqual(["r-1", "r-3"]);
  const after = (await second.call("GET", "positions?account=PAPER-1")).body.positions[0];
  expect([after.qty, after.cost, after.fees]).toEqual([before.qty, before.cost, before.fees]);
  const again = await second.call("POST", "orders", limit("r-1", (bid - 500).toFixed(2)));
  const kept = open.body.orders.find((order: { clOrdId: string }) => order.clOrdId === "r-1");
  expect([again.status, again.body.orderId]).toEqual([201, kept.orderId]);
  const other = await second.call("POST", "orders", limit("r-1", (bid - 600).toFixed(2)));
  expect([other.status, other.body.rule]).toEqual([422, "DUPLICATE_CLORDID"]);
  // History is the database's, which yields to everybody else.
  await vi.waitFor(
    async () => {
      const executions = await second.call("GET", "executions?account=PAPER-1");
      expect(executions.body.executions.map(({ clOrdId }: { clOrdId: string }) => clOrdId)).toContain("m-1");
    },
    { timeout: 100_000, interval: 100 },
  );

  const locked = await PlatformProcess.fail(data);
  expect([locked.code, locked.output]).toEqual([1, expect.stringContaining("JRN_ERR_LOCKED")]);

  expect(await second.end("SIGINT")).toBe(0);
  expect(processesNaming(data)).toEqual([]);

  // A journal that was lost: the database has seen more of it than there is.
  renameSync(join(data, "journal"), join(data, "journal.lost"));
  const lost = await PlatformProcess.fail(data);
  expect([lost.code, lost.output]).toEqual([78, expect.stringContaining("JRN_ERR_BEHIND_WITNESS")]);
  expect(readdirSync(join(data, "journal"))).toEqual(["journal.lock"]);
  expect(processesNaming(data)).toEqual([]);
}, 300_000);

it("fills a market order on a recorded market at the displayed prices and sizes, level by level", async (context) => {
  if (!existsSync(CAPTURE)) {
    console.log(`skipped: no capture at ${CAPTURE}`);
    context.skip();
  }
  // Slow enough that the market stands still between looking and trading.
  const platform = await PlatformProcess.start(join(dir, "replay"), "--feed", `replay:${CAPTURE}`, "--replay-speed", "0.05");
  await platform.signIn();
  let book: { state: string; seq: number; asks: [string, string][] } | undefined;
  for (let wait = 0; wait < 200 && book?.state !== "synced"; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    book = (await platform.call("GET", "book?symbol=BTCUSDT&depth=5")).body;
  }
  // A depth update may still come between the two: then the look is taken again.
  let fills: [string, string][] = [];
  let shown: [string, string][] = [];
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const clOrdId = `walk-${attempt}`;
    const before = (await platform.call("GET", "book?symbol=BTCUSDT&depth=5")).body;
    shown = before.asks.slice(0, 3);
    const orderQty = shown.reduce((sum, [, qty]) => sum + BigInt(qty.replace(".", "")), 0n);
    const text = orderQty.toString().padStart(6, "0");
    const order = { account: "PAPER-1", clOrdId, symbol: "BTCUSDT", side: "buy", ordType: "market", timeInForce: "ioc" };
    const answer = await platform.call("POST", "orders", { ...order, orderQty: `${text.slice(0, -5)}.${text.slice(-5)}` });
    const after = (await platform.call("GET", "book?symbol=BTCUSDT&depth=5")).body;
    expect(answer.body.ordStatus).toBe("filled");
    if (after.seq !== before.seq + 1) continue;
    const { body } = await platform.call("GET", "executions?account=PAPER-1&execType=trade");
    const own = body.executions.filter((execution: { clOrdId: string }) => execution.clOrdId === clOrdId);
    fills = own.map((execution: { lastPx: string; lastQty: string }) => [execution.lastPx, execution.lastQty]).reverse();
    expect(after.asks[0][0]).toBe(before.asks[3][0]);
    break;
  }
  expect(fills).toEqual(shown);
  await platform.end("SIGINT");
}, 90_000);

it("says in one line why it cannot start, and ends", async () => {
  const taken = net.createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", () => resolve()));
  const port = String((taken.address() as net.AddressInfo).port);
  const notACapture = join(dir, "notes.txt");
  writeFileSync(notACapture, "hello\nworld\n");
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["--http-port", port], "--http-port"],
    [["--ws-port", port], "--ws-port"],
    [["--feed", `replay:${join(dir, "missing.gz")}`], "FEED_ERR_REPLAY"],
    [["--feed", `replay:${notACapture}`], "FEED_ERR_REPLAY"],
    [["--symbols", "NOPE"], "FEED_ERR_SYMBOL_UNKNOWN"],
    [["--database-url", "postgres://nobody@127.0.0.1:1/none"], "ENG_ERR_POSTGRES"],
    [["--ack", "never"], "--ack"],
  ];
  for (const [args, word] of cases) {
    const { code, output } = await PlatformProcess.fail(join(dir, "never"), ...args);
    expect([code, output]).toEqual([1, expect.stringContaining(word)]);
    expect(output).not.toMatch(/\n\s+at /);
  }
  taken.close();
  expect(processesNaming(join(dir, "never"))).toEqual([]);
}, 60_000);
