/** A disk that does not answer: REST says that the outcome is unknown, and how to find out; the same request finds out. */
import { freePort } from "./free-port.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { PlatformChild, type PlatformPlace } from "./platform-child.js";
import { call as rest, signIn } from "./rest.js";

const TEST_MS_MAX = 180_000;
const dataDir = mkdtempSync(join(tmpdir(), "jware-unknown-"));
let platform: PlatformChild | undefined;
afterAll(async () => {
  await platform?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

it("is told as unknown, and settled by the same request after a restart", { timeout: TEST_MS_MAX }, async () => {
  const args = ["--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "5"];
  const place: PlatformPlace = { dataDir, httpPort: await freePort(), wsPort: await freePort(), args };
  const call = (method: string, path: string, token: string, body?: unknown) =>
    rest(place.httpPort, method, path, { token, body });
  platform = new PlatformChild(place);
  expect(await platform.ready(), platform.output).toBe(true);
  const { apiKey, users } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));
  const book = await call("GET", "book?symbol=BTC-USD", apiKey);
  const price = (Number(book.body.bids[0][0]) * 0.98).toFixed(2);
  platform.signal("SIGTERM");
  await platform.ended;

  // The first sync of this life never returns: the market's, which comes by itself.
  platform = new PlatformChild(place, { JWARE_FAILPOINT: "journal.sync.before:1:stop" });
  await platform.passed;
  await expect.poll(() => platform?.output, { timeout: 60_000 }).toContain("Ctrl-C stops");
  const order = { account: "PAPER-1", clOrdId: "lost-answer", symbol: "BTC-USD", side: "buy", ordType: "limit" };
  const whole = { ...order, timeInForce: "gtc", orderQty: "0.0100", price };
  const unknown = await call("POST", "orders", apiKey, whole);
  expect(unknown).toMatchObject({ status: 504, body: { code: "OUTCOME_UNKNOWN", outcome: "unknown", clOrdId: "lost-answer" } });
  const accessToken = await signIn(place.httpPort, users.admin);
  const limit = { scope: { of: "account", account: "PAPER-1" }, limit: "openOrders", max: "77", reason: "test" };
  const unset = await call("PUT", "limits", accessToken, limit);
  expect(unset).toMatchObject({ status: 504, body: { code: "OUTCOME_UNKNOWN", outcome: "unknown", clOrdId: null } });
  await platform.kill();

  platform = new PlatformChild(place);
  expect(await platform.ready()).toBe(true);
  // Never on disk, so it is taken now; and what is not on disk binds nobody.
  expect((await call("GET", "orders?account=PAPER-1&status=open", apiKey)).body.orders).toEqual([]);
  expect((await call("GET", "limits", accessToken)).body.limits).toEqual([]);
  const taken = await call("POST", "orders", apiKey, whole);
  expect(taken).toMatchObject({ status: 201, body: { clOrdId: "lost-answer", ordStatus: "new" } });
  expect((await call("POST", "orders", apiKey, whole)).body.orderId).toBe(taken.body.orderId);
});
