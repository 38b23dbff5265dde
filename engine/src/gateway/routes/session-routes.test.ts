import { createPrivateKey, sign as signBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Fixture } from "../test/fixture.js";

let fixture: Fixture;
let clockSkewMs = 0;
const now = () => Date.now() + clockSkewMs;

beforeAll(async () => {
  fixture = await Fixture.start({ gateway: { now } });
});
afterAll(async () => {
  await fixture.close();
});
beforeEach(() => {
  clockSkewMs = 0;
});

const trader = () => fixture.credentials().users.trader;
const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  fixture.call("POST", "/api/v1/session", { body, headers });
const cookieOf = (answer: { readonly headers: Headers }) => (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
const refresh = (cookie: string) => fixture.call("POST", "/api/v1/session/refresh", { headers: { cookie } });
const instruments = (token: string) => fixture.call("GET", "/api/v1/instruments", { token });

describe("signing in", () => {
  it("gives a token of five minutes and the user with his accounts", async () => {
    const answer = await signIn({ username: "trader", password: trader().password });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresInS: 300,
      user: {
        id: expect.any(Number),
        name: "trader",
        role: "trader",
        accounts: [{ id: 1001, name: "PAPER-1", permissions: ["read", "trade", "cancel"] }],
      },
    });
    const [header, payload] = answer.body.accessToken
      .split(".")
      .slice(0, 2)
      .map((part: string) => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(header).toMatchObject({ alg: "EdDSA", typ: "at+jwt", kid: expect.any(String) });
    expect(payload).toMatchObject({ iss: "jware", aud: "jware-api", sub: String(answer.body.user.id), epoch: 0 });
    expect(payload.exp - payload.iat).toBe(300);
    expect((await instruments(answer.body.accessToken)).status).toBe(200);
  });

  it("sets a cookie that scripts and other sites cannot use", async () => {
    const answer = await signIn({ username: "trader", password: trader().password });
    expect(answer.headers.get("set-cookie")).toMatch(/^jware-rt=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("takes the name in any case", async () => {
    expect((await signIn({ username: "Trader", password: trader().password })).status).toBe(200);
  });

  it("refuses a wrong password, an unknown name and a wrong ticket with the same words", async () => {
    const answers = [
      await signIn({ username: "admin", password: "wrong password" }),
      await signIn({ username: "nobody", password: "wrong password" }),
      await signIn({ ticket: "wrong" }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect({ ...body, requestId: "" }).toEqual({ ...answers[0]?.body, requestId: "" });
      expect(body.code).toBe("SIGN_IN_REFUSED");
    }
  });

  it.each([{}, { username: "trader" }, { username: "trader", password: 5 }, { username: "trader", password: "x", extra: 1 }, []])(
    "refuses %j as malformed",
    async (body) => {
      expect((await signIn(body)).status).toBe(400);
    },
  );

  it("refuses a foreign origin, and takes its own", async () => {
    const body = { username: "trader", password: trader().password };
    expect(await signIn(body, { origin: "https://evil.example" })).toMatchObject({
      status: 403,
      body: { code: "ORIGIN_REFUSED" },
    });
    expect((await signIn(body, { origin: fixture.url })).status).toBe(200);
  });

  it("lets a disabled user neither in nor go on", async () => {
    await fixture.addUser("leaver", "trader", "a long enough password", ["read"]);
    const answer = await signIn({ username: "leaver", password: "a long enough password" });
    expect(answer.status).toBe(200);
    await fixture.sql`UPDATE users SET disabled = true WHERE name = 'leaver'`;
    clockSkewMs = 2000;
    expect((await instruments(answer.body.accessToken)).status).toBe(401);
    expect((await refresh(cookieOf(answer))).status).toBe(401);
    expect((await signIn({ username: "leaver", password: "a long enough password" })).status).toBe(401);
  });

  it("makes a name wait after five failures, and longer after each further one, whether or not it exists", async () => {
    for (const username of ["slow-known", "slow-unknown"]) {
      if (username === "slow-known") await fixture.addUser(username, "viewer", "the right password", []);
      clockSkewMs = 0;
      for (let i = 0; i < 5; i++) expect((await signIn({ username, password: "guess" })).status).toBe(401);
      const refused = await signIn({ username, password: "the right password" });
      expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
      expect(refused.headers.get("retry-after")).toBe("1");
      clockSkewMs = 1000;
      expect((await signIn({ username, password: "guess" })).status).toBe(401);
      clockSkewMs = 2500;
      expect((await signIn({ username, password: "guess" })).status).toBe(429);
    }
    clockSkewMs = 20 * 60_000;
    expect((await signIn({ username: "slow-known", password: "the right password" })).status).toBe(200);
  });
});

describe("the sign-in link", () => {
  it("signs the trader in, once", async () => {
    const ticket = fixture.gateway.signInTicket;
    expect(ticket).toMatch(/^[\w-]{43}$/);
    const first = await signIn({ ticket });
    expect(first).toMatchObject({ status: 200, body: { user: { name: "trader" } } });
    expect((await signIn({ ticket })).status).toBe(401);
  });
});

describe("access tokens", () => {
  const claims = { sub: "2", sid: "x", jti: "j", epoch: 0, iss: "jware", aud: "jware-api" };
  const pem = () => readFileSync(join(fixture.dataDir, "secrets", "access-token-ed25519.pem"), "utf8");
  const mint = (header: object, payload: object) => {
    const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${text}.${signBytes(null, Buffer.from(text), createPrivateKey(pem())).toString("base64url")}`;
  };
  const seconds = () => Math.floor(Date.now() / 1000);

  it("keeps its key where only the owner reads it", () => {
    expect(statSync(join(fixture.dataDir, "secrets")).mode & 0o777).toBe(0o700);
    expect(statSync(join(fixture.dataDir, "secrets", "access-token-ed25519.pem")).mode & 0o777).toBe(0o600);
  });

  it("refuses expired, foreign, unsigned and tampered ones", async () => {
    const good = await fixture.signIn("trader");
    const payload = JSON.parse(Buffer.from(good.split(".")[1] ?? "", "base64url").toString());
    const header = { alg: "EdDSA", typ: "at+jwt" };
    expect((await instruments(mint(header, payload))).status).toBe(200);
    const none = `${Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url")}.${good.split(".")[1]}.`;
    for (const token of [
      mint(header, { ...payload, exp: seconds() - 31 }),
      mint(header, { ...payload, iss: "other" }),
      mint(header, { ...payload, aud: "other" }),
      mint({ ...header, typ: "JWT" }, payload),
      mint({ ...header, alg: "HS256" }, payload),
      mint(header, { ...payload, epoch: 1 }),
      mint(header, { ...claims, exp: seconds() + 60 }),
      mint(header, { ...payload, sub: "1" }),
      none,
      `${good.slice(0, -4)}AAAA`,
      "x".repeat(5000),
    ]) {
      expect(await instruments(token)).toMatchObject({ status: 401, body: { code: "AUTH_REQUIRED" } });
    }
  });

  it("go out of force when the user's epoch goes up", async () => {
    const token = await fixture.signIn("trader");
    expect((await instruments(token)).status).toBe(200);
    await fixture.sql`UPDATE users SET token_epoch = token_epoch + 1 WHERE name = 'trader'`;
    clockSkewMs = 1001;
    expect((await instruments(token)).status).toBe(401);
  });
});

describe("refreshing", () => {
  const start = () => signIn({ username: "trader", password: trader().password });

  it("gives the next token and exchanges the cookie", async () => {
    const first = await start();
    const second = await refresh(cookieOf(first));
    expect(second.status).toBe(200);
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect((await instruments(second.body.accessToken)).status).toBe(200);
    expect((await refresh(cookieOf(second))).status).toBe(200);
  });

  it("gives the same successor again for ten seconds, for a client that lost the answer", async () => {
    const first = await start();
    const [second, again] = [await refresh(cookieOf(first)), await refresh(cookieOf(first))];
    expect(cookieOf(again)).toBe(cookieOf(second));
  });

  it("ends the whole session when an old cookie comes back", async () => {
    const first = await start();
    const second = await refresh(cookieOf(first));
    const third = await refresh(cookieOf(second));
    expect((await refresh(cookieOf(first))).status).toBe(401);
    expect((await refresh(cookieOf(third))).status).toBe(401);
    expect((await instruments(third.body.accessToken)).status).toBe(401);
    expect(fixture.logLines.some((line) => line.includes("used twice"))).toBe(true);
  });

  it("also after the ten seconds", async () => {
    const first = await start();
    const second = await refresh(cookieOf(first));
    clockSkewMs = 10_001;
    expect((await refresh(cookieOf(first))).status).toBe(401);
    expect((await refresh(cookieOf(second))).status).toBe(401);
  });

  it("ends after 30 minutes of silence, and after 12 hours in any case", async () => {
    const idle = await start();
    clockSkewMs = 30 * 60_000;
    expect((await refresh(cookieOf(idle))).status).toBe(401);
    clockSkewMs = 0;
    let cookie = cookieOf(await start());
    for (let minutes = 29; minutes < 12 * 60; minutes += 29) {
      clockSkewMs = minutes * 60_000;
      const answer = await refresh(cookie);
      expect(answer.status).toBe(200);
      cookie = cookieOf(answer);
    }
    clockSkewMs = 12 * 60 * 60_000;
    expect((await refresh(cookie)).status).toBe(401);
  });

  it("refuses no cookie, a foreign one, and a foreign origin", async () => {
    expect((await fixture.call("POST", "/api/v1/session/refresh")).status).toBe(401);
    expect((await refresh("jware-rt=nothing")).status).toBe(401);
    const cookie = cookieOf(await start());
    const foreign = await fixture.call("POST", "/api/v1/session/refresh", {
      headers: { cookie, origin: "https://evil.example" },
    });
    expect(foreign.status).toBe(403);
  });

  it("keeps ten sessions of a user and ends the oldest", async () => {
    await fixture.addUser("many", "viewer", "a long enough password", ["read"]);
    const answers = [];
    for (let i = 0; i < 11; i++) {
      clockSkewMs = i;
      answers.push(await signIn({ username: "many", password: "a long enough password" }));
    }
    const statuses = await Promise.all(answers.map(async (each) => (await instruments(each.body.accessToken)).status));
    expect(statuses).toEqual([401, ...Array(10).fill(200)]);
  });
});

describe("signing out", () => {
  it("ends the session at once", async () => {
    const answer = await signIn({ username: "trader", password: trader().password });
    const token = answer.body.accessToken;
    expect((await instruments(token)).status).toBe(200);
    const out = await fixture.call("DELETE", "/api/v1/session", { token });
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(/^jware-rt=; /);
    expect((await instruments(token)).status).toBe(401);
    expect((await refresh(cookieOf(answer))).status).toBe(401);
  });

  it("works with the cookie alone, and refuses nothing at all", async () => {
    const answer = await signIn({ username: "trader", password: trader().password });
    expect((await fixture.call("DELETE", "/api/v1/session", { headers: { cookie: cookieOf(answer) } })).status).toBe(204);
    expect((await instruments(answer.body.accessToken)).status).toBe(401);
    expect((await fixture.call("DELETE", "/api/v1/session")).status).toBe(401);
  });
});

describe("one's own password", () => {
  const PASSWORD = "a long enough password";
  const change = (token: string, body: unknown, headers: Record<string, string> = {}) =>
    fixture.call("PUT", "/api/v1/session/password", { token, body, headers });

  it("is changed by who knows it, which ends every session and opens a new one", async () => {
    await fixture.addUser("changer", "viewer", PASSWORD, ["read"]);
    const first = await signIn({ username: "changer", password: PASSWORD });
    const other = await signIn({ username: "changer", password: PASSWORD });
    const answer = await change(first.body.accessToken, { password: PASSWORD, newPassword: "another long password" });
    expect(answer).toMatchObject({ status: 200, body: { user: { name: "changer" }, expiresInS: 300 } });
    clockSkewMs = 1001;
    for (const { body } of [first, other]) expect((await instruments(body.accessToken)).status).toBe(401);
    for (const each of [first, other]) expect((await refresh(cookieOf(each))).status).toBe(401);
    expect((await instruments(answer.body.accessToken)).status).toBe(200);
    expect((await refresh(cookieOf(answer))).status).toBe(200);
    expect((await signIn({ username: "changer", password: PASSWORD })).status).toBe(401);
    expect((await signIn({ username: "changer", password: "another long password" })).status).toBe(200);
  });

  it("stays where the present one is not known, the new one is too short, a key asks or the page is a foreign one", async () => {
    await fixture.addUser("keeper", "trader", PASSWORD, ["read", "trade"]);
    const token = (await signIn({ username: "keeper", password: PASSWORD })).body.accessToken;
    const good = { password: PASSWORD, newPassword: "another long password" };
    expect(await change(token, { ...good, password: "wrong" })).toMatchObject({ status: 403, body: { code: "PASSWORD_WRONG" } });
    expect((await change(token, { ...good, newPassword: "short" })).status).toBe(400);
    expect((await change(token, good, { origin: "https://evil.example" })).body.code).toBe("ORIGIN_REFUSED");
    const key = { label: "bot", scopes: ["read"] };
    const { apiKey } = (await fixture.call("POST", "/api/v1/api-keys", { token, body: key })).body;
    expect((await change(apiKey, good)).status).toBe(403);
    expect((await instruments(token)).status).toBe(200);
    expect((await signIn({ username: "keeper", password: PASSWORD })).status).toBe(200);
  });

  it("is changed by one of two requests that know the same one", async () => {
    await fixture.addUser("twice", "viewer", PASSWORD, ["read"]);
    const token = (await signIn({ username: "twice", password: PASSWORD })).body.accessToken;
    const wanted = ["another long password", "a third long password"];
    const answers = await Promise.all(wanted.map((newPassword) => change(token, { password: PASSWORD, newPassword })));
    expect(answers.map(({ status }) => status)).toContain(200);
    const works = await Promise.all(wanted.map((password) => signIn({ username: "twice", password })));
    expect(works.map(({ status }) => status === 200)).toEqual(answers.map(({ status }) => status === 200));
  });

  it("is not to be guessed by who has found an open session", async () => {
    await fixture.addUser("found", "viewer", PASSWORD, ["read"]);
    const token = (await signIn({ username: "found", password: PASSWORD })).body.accessToken;
    const guess = () => change(token, { password: "wrong", newPassword: "another long password" });
    for (let time = 0; time < 5; time += 1) expect((await guess()).status).toBe(403);
    expect(await guess()).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
  });
});

describe("WebSocket tickets", () => {
  it("are made for a session, different each time", async () => {
    const token = await fixture.signIn("trader");
    const [one, two] = [
      await fixture.call("POST", "/api/v1/ws-ticket", { token }),
      await fixture.call("POST", "/api/v1/ws-ticket", { token }),
    ];
    expect(one).toMatchObject({ status: 200, body: { ticket: expect.stringMatching(/^[\w-]{43}$/), expiresInS: 30 } });
    expect(two.body.ticket).not.toBe(one.body.ticket);
    expect((await fixture.call("POST", "/api/v1/ws-ticket")).status).toBe(401);
  });
});

it("writes no secret into its log", () => {
  const log = fixture.logLines.join("\n");
  const { users, apiKey } = fixture.credentials();
  for (const secret of [users.trader.password, users.admin.password, apiKey, fixture.gateway.signInTicket ?? "none"]) {
    expect(log).not.toContain(secret);
  }
  expect(log).toContain("signed in");
});
