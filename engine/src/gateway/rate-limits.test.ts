import { fastify, type FastifyRequest } from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { RATE_LIMITS, registerRateLimits } from "./rate-limits.js";
import type { App } from "./services.js";

const ADDRESSES_KEPT = 10_000;

it("keeps so many addresses and no more, however many come", async () => {
  const app = fastify() as unknown as App;
  onTestFinished(() => app.close());
  // A window that lasts for the test: an address that may come again was let go, and not only old.
  const limits = await registerRateLimits(app, { ...RATE_LIMITS, windowMs: 600_000, addressMax: 1 }, undefined);
  const ask = (number: number) => limits.checkAddress({ ip: `10.0.${number}`, routeOptions: { config: {} } } as FastifyRequest);
  for (let number = 0; number < ADDRESSES_KEPT; number += 1) await ask(number);
  await expect(ask(0)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await ask(ADDRESSES_KEPT);
  await ask(0);
  await expect(ask(2)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});
