/** The record of users: one row for each change, whoever makes it, and no way to alter one. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

const PASSWORD = "a long enough password";

let fixture: Fixture;
let admin: string;

beforeAll(async () => {
  fixture = await Fixture.start();
  admin = await fixture.signIn("admin");
});
afterAll(async () => {
  await fixture.close();
});

const call = (token: string, method: string, path: string, body?: object) =>
  fixture.call(method, `/api/v1/${path}`, { token, ...(body === undefined ? {} : { body }) });
const eventsOf = async (user: string, query = "") => (await call(admin, "GET", `user-events?user=${user}${query}`)).body;

it("has who did what to whom and why, newest first", async () => {
  const by = (method: string, path: string, body?: object) => call(admin, method, path, body);
  await by("POST", "users", { name: "eve", role: "trader", password: PASSWORD, reason: "joins" });
  await by("PUT", "users/eve/accounts/PAPER-1", { permissions: ["read", "trade"], reason: "covers for bob" });
  const signedIn = await fixture.call("POST", "/api/v1/session", { body: { username: "eve", password: PASSWORD } });
  const eve = signedIn.body.accessToken;
  const key = (await call(eve, "POST", "api-keys", { label: "bot", scopes: ["read"] })).body;
  const kept = (await call(eve, "POST", "api-keys", { label: "report", scopes: ["read"] })).body;
  await call(eve, "DELETE", `api-keys/${key.id}`);
  const next = (await call(eve, "PUT", "session/password", { password: PASSWORD, newPassword: "another long password" })).body;
  expect(next.accessToken).toEqual(expect.any(String));
  await by("DELETE", "users/eve/accounts/PAPER-1?reason=bob%20is%20back");
  await by("PATCH", "users/eve", { role: "viewer", generatePassword: true, reason: "forgot" });
  await by("PATCH", "users/eve", { disabled: true, reason: "left" });
  const { events, next: after } = await eventsOf("eve");
  const [byAdmin, byHerself] = [
    { user: "eve", by: "admin" },
    { user: "eve", by: "eve", reason: "" },
  ];
  expect(events).toMatchObject([
    { ...byAdmin, kind: "keyRevoked", key: kept.number, reason: "left" },
    { ...byAdmin, kind: "changed", disabled: true, role: null, passwordReset: false, reason: "left" },
    { ...byAdmin, kind: "changed", disabled: null, role: "viewer", passwordReset: true, reason: "forgot" },
    { ...byAdmin, kind: "withdrawn", account: "PAPER-1", permissions: null, reason: "bob is back" },
    { ...byHerself, kind: "passwordChanged" },
    { ...byHerself, kind: "keyRevoked", key: key.number },
    { ...byHerself, kind: "keyMade", key: kept.number, permissions: ["read"] },
    { ...byHerself, kind: "keyMade", key: key.number, permissions: ["read"] },
    { ...byAdmin, kind: "granted", account: "PAPER-1", permissions: ["read", "trade"], reason: "covers for bob" },
    { ...byAdmin, kind: "made", role: "trader", disabled: false, reason: "joins" },
  ]);
  expect(after).toBeNull();
  for (const { tsMs } of events) expect(Math.abs(Date.now() - tsMs)).toBeLessThan(60_000);
  const text = JSON.stringify(events);
  for (const secret of [PASSWORD, "another long password", key.apiKey]) expect(text).not.toContain(secret);
});

it("comes in pages, of all users where none is named", async () => {
  const first = await eventsOf("eve", "&limit=3");
  expect(first.events).toHaveLength(3);
  const rest = await eventsOf("eve", `&limit=100&before=${first.next}`);
  expect([...first.events, ...rest.events].map(({ kind }) => kind)).toHaveLength(10);
  const all = (await call(admin, "GET", "user-events?limit=1000")).body.events;
  expect(all.length).toBeGreaterThanOrEqual(10);
  expect((await call(admin, "GET", "user-events?before=x")).status).toBe(400);
  expect((await eventsOf("nobody")).events).toEqual([]);
});

it("has no row of what was refused", async () => {
  const count = async () => (await call(admin, "GET", "user-events?limit=1000")).body.events.length;
  const before = await count();
  expect((await call(admin, "POST", "users", { name: "eve", role: "trader", reason: "again" })).status).toBe(409);
  expect((await call(admin, "PATCH", "users/nobody", { role: "viewer", reason: "m" })).status).toBe(404);
  expect((await call(admin, "PATCH", "users/admin", { role: "viewer", reason: "m" })).status).toBe(409);
  expect((await call(admin, "DELETE", "users/eve/accounts/PAPER-1?reason=m")).status).toBe(404);
  expect(await count()).toBe(before);
});

it("cannot be altered, not even by who writes SQL", async () => {
  const { sql } = fixture;
  await expect(sql`UPDATE user_events SET reason = 'other'`).rejects.toThrow("is a record");
  await expect(sql`DELETE FROM user_events`).rejects.toThrow("is a record");
  await expect(sql`TRUNCATE user_events`).rejects.toThrow("is a record");
});
