/** A key that is revoked in the database while the platform is killed: the next start knows; and limits of keys hold through it. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logonFrame } from "@jware/schemas/client-frames";
import { ServerBody } from "@jware/schemas/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WireClient } from "./edge/test/wire-client.js";
import { connectPostgres } from "./postgres/connect.js";
import { embeddedUrlOf } from "./postgres/embedded.js";
import { PlatformProcess } from "./test/platform-process.js";

let dir: string;

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "jware-keys-")));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const order = (clOrdId: string, orderQty: string) => ({
  ...{ account: "PAPER-1", clOrdId, symbol: "BTC-USD", side: "buy", ordType: "market", timeInForce: "ioc", orderQty },
});

async function logOn(platform: PlatformProcess, apiKey: string): Promise<ServerBody> {
  const client = await WireClient.open(platform.socketPort, "orders");
  client.send(logonFrame({ apiKey }));
  const answer = await client.until("an answer", () => client.received[0]);
  client.close();
  return answer.kind;
}

it("a committed revocation that nobody was told of is in force after a kill, and a key's limit is too", {
  timeout: 120_000,
}, async () => {
  const first = await PlatformProcess.start(dir);
  await first.signIn();
  const make = async (label: string) => (await first.call("POST", "api-keys", { label, scopes: ["read", "trade"] })).body;
  const [revoked, limited] = [await make("revoked"), await make("limited")];
  expect(await logOn(first, revoked.apiKey)).toBe(ServerBody.LogonAck);
  await first.signIn("admin");
  const limit = {
    scope: { of: "key", key: limited.number },
    limit: "orderQty",
    symbol: "BTC-USD",
    max: "0.01",
    reason: "a test",
  };
  expect(await first.call("PUT", "limits", limit)).toMatchObject({ status: 200 });
  const sql = connectPostgres(await embeddedUrlOf(join(dir, "postgres")), { max: 1 });
  await sql`UPDATE api_keys SET revoked_ts_ms = ${Date.now()} WHERE key_id = ${revoked.id}`;
  await first.end("SIGKILL");
  await sql.end({ timeout: 0 });

  const second = await PlatformProcess.start(dir);
  expect(await logOn(second, revoked.apiKey)).toBe(ServerBody.Refusal);
  second.useCredential(revoked.apiKey);
  expect((await second.call("GET", "instruments")).status).toBe(401);
  second.useCredential(limited.apiKey);
  expect(await logOn(second, limited.apiKey)).toBe(ServerBody.LogonAck);
  expect(await second.call("POST", "orders", order("k-1", "0.02"))).toMatchObject({
    status: 422,
    body: { rule: "ORDER_QTY_LIMIT", scope: limit.scope },
  });
  expect((await second.call("POST", "orders", order("k-2", "0.01"))).status).toBe(201);
  expect(await second.end("SIGINT")).toBe(0);
});
