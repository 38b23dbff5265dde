import { hash } from "@node-rs/argon2";
import { expect, it } from "vitest";
import type { ApiError } from "../problem.js";
import { PasswordHasher } from "./password.js";

it("hashes with argon2id, 64 MiB, three passes, and knows weaker hashes", async () => {
  const hasher = new PasswordHasher();
  const text = await hasher.hash("correct horse");
  expect(text).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await hasher.verify(text, "correct horse")).toBe(true);
  expect(await hasher.verify(text, "correct house")).toBe(false);
  expect(hasher.isOutdated(text)).toBe(false);
  expect(hasher.isOutdated(await hash("x", { memoryCost: 19_456, timeCost: 2 }))).toBe(true);
});

it("says no for nobody, after the same work", async () => {
  const hasher = new PasswordHasher();
  await hasher.prepare();
  expect(await hasher.verify(undefined, "nobody's password")).toBe(false);
});

it("runs two at a time, lets 32 wait, and turns the rest away", async () => {
  const hasher = new PasswordHasher();
  // A weak hash is fast to verify: the queue is what is tried here.
  const weak = await hash("x", { memoryCost: 8, timeCost: 1 });
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.verify(weak, "x")));
  const refused = results.filter((result) => result.status === "rejected");
  expect(results.filter((result) => result.status === "fulfilled" && result.value)).toHaveLength(34);
  expect(refused).toHaveLength(6);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "BUSY", status: 503 } satisfies Partial<ApiError>);
  expect(await hasher.verify(weak, "x")).toBe(true);
});
