import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fixture } from "./test/fixture.js";
import { RedisServer, redisServerPath } from "../torture/redis-server.js";

if (redisServerPath === undefined)
  console.warn("redis.test.ts: redis-server is not installed; the gateway on Redis is not tested");

describe.skipIf(redisServerPath === undefined)("two gateways on one Redis", () => {
  let redis: RedisServer;
  let fixture: Fixture;
  beforeAll(async () => {
    redis = await RedisServer.start();
    fixture = await Fixture.start({ config: { redisUrl: redis.url } });
  });
  afterAll(async () => {
    // First, so that a fixture that failed to start leaves no server behind.
    await redis.stop();
    await fixture.close();
  });

  it("share sessions: who signs out at one is out at the other, at once", async () => {
    const token = await fixture.signIn("trader");
    const first = fixture.gateway;
    const firstUrl = fixture.url;
    await fixture.startGateway({ config: { redisUrl: redis.url } });
    const second = fixture.gateway;
    const status = async (url: string) =>
      (await fetch(`${url}/api/v1/instruments`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status(firstUrl), await status(fixture.url)]).toEqual([200, 200]);
    await fixture.call("DELETE", "/api/v1/session", { token });
    expect([await status(firstUrl), await status(fixture.url)]).toEqual([401, 401]);
    expect(second).not.toBe(first);
    await first.close();
  });

  it("report Redis, and serve on when it is gone", async () => {
    const token = await fixture.signIn("trader");
    const parts = async () => (await fixture.call("GET", "/health/ready")).body.components;
    expect(await parts()).toContainEqual({ component: "redis", state: "up", detail: "answers" });
    await redis.stop();
    expect((await fixture.call("GET", "/api/v1/instruments", { token })).status).toBe(200);
    expect(await parts()).toContainEqual({ component: "redis", state: "down", detail: "does not answer" });
    expect(await fixture.signIn("trader")).toBeTruthy();
    expect((await fixture.call("DELETE", "/api/v1/session", { token })).status).toBe(204);
    expect((await fixture.call("GET", "/api/v1/instruments", { token })).status).toBe(401);
  });
});
