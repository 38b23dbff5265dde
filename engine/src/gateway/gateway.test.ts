import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Seeded } from "../torture/seeded.js";
import { RATE_LIMITS } from "./rate-limits.js";
import { Fixture } from "./test/fixture.js";

/** What a client must never see. */
const LEAK = /at .*\.(ts|js|rs):|SELECT |ECONN|node_modules|postgres|ajv|fastify/i;

let fixture: Fixture;
let token: string;
let uiDir: string;

beforeAll(async () => {
  fixture = await Fixture.start({ config: { corsOrigins: ["https://desk.example"], wsPort: 9321 } });
  token = await fixture.signIn("trader");
  uiDir = join(fixture.dataDir, "..", "ui");
});
afterAll(async () => {
  await fixture.close();
});

/** Sends bytes as they are and gives everything that comes back. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(fixture.gateway.httpPort, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });

describe("the first start", () => {
  it("writes credentials for the owner alone", () => {
    const path = fixture.gateway.credentialsFile;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { users, account, apiKey, urls } = fixture.credentials();
    expect(users.admin.password).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(users.trader.password).not.toBe(users.admin.password);
    expect(account).toBe("PAPER-1");
    expect(apiKey).toMatch(/^jw_/);
    expect(urls).toEqual({ page: `${fixture.url}/`, rest: `${fixture.url}/api/v1`, webSocket: "ws://127.0.0.1:9321" });
  });

  it("gives the paper account a million of each play money, once", async () => {
    const balances = async () => (await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token })).body.balances;
    const expected = [
      { currency: "USD", cash: "1000000.000000", used: "0.000000", held: "0.000000", available: "1000000.000000" },
      { currency: "USDT", cash: "1000000.00000000", used: "0.00000000", held: "0.00000000", available: "1000000.00000000" },
    ];
    expect(await balances()).toEqual(expect.arrayContaining(expected));
    const seq = fixture.core.coreStatus().durableSeq;
    expect(seq).toBeGreaterThan(0);
    const before = readFileSync(fixture.gateway.credentialsFile, "utf8");
    const { signInTicket } = fixture.gateway;
    await fixture.closeGateway();
    await fixture.startGateway({ config: { corsOrigins: ["https://desk.example"], wsPort: 9321 } });
    expect(fixture.gateway.madeFirstUsers).toBe(false);
    expect(fixture.gateway.signInTicket).not.toBe(signInTicket);
    expect(readFileSync(fixture.gateway.credentialsFile, "utf8")).toBe(before);
    expect(await balances()).toEqual(expect.arrayContaining(expected));
  });

  it("keeps a token good over a restart of the gateway", async () => {
    expect((await fixture.call("GET", "/api/v1/instruments", { token })).status).toBe(200);
  });

  it("fails on a port that is taken, before it makes anything", async () => {
    const port = fixture.gateway.httpPort;
    const { startGateway } = await import("./gateway.js");
    const { createLogger } = await import("../observability/logger.js");
    const dataDir = join(fixture.dataDir, "other");
    const other = startGateway({
      config: { ...baseConfig(), httpPort: port, dataDir },
      databaseUrl: fixture.databaseUrl,
      uiDir,
      wsPort: 1,
      core: fixture.core,
      logger: createLogger({ level: "fatal", component: "test" }),
    });
    await expect(other).rejects.toMatchObject({ code: "EADDRINUSE" });
    expect(() => statSync(join(dataDir, "credentials.json"))).toThrow();
  });
});

const baseConfig = () => ({
  httpPort: 0,
  wsPort: 1,
  host: "127.0.0.1",
  dataDir: "",
  feed: { kind: "none" as const },
  symbols: [],
  ack: "durable" as const,
  edges: 1,
  journal: { segmentBytes: 64 * 2 ** 20, reserveBytes: 0, snapshotEveryRecords: 1_000_000, snapshotEveryMs: 600_000 },
  corsOrigins: [],
  logLevel: "info" as const,
});

describe("request ids", () => {
  it("are taken over where they are sane, made otherwise, and in every log line", async () => {
    const given = await fixture.call("GET", "/health/live", { headers: { "x-request-id": "trace-me-12345678" } });
    expect(given.headers.get("x-request-id")).toBe("trace-me-12345678");
    const lines = fixture.logLines.filter((line) => line.includes("trace-me-12345678"));
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ requestId: "trace-me-12345678", component: "gateway" });
    const made = await fixture.call("GET", "/health/live", { headers: { "x-request-id": "no spaces allowed" } });
    expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("headers", () => {
  it("allow nothing from elsewhere, and the socket's own address", async () => {
    const { headers } = await fixture.call("GET", "/");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split(";")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self' ws://127.0.0.1:9321 wss:",
        "frame-ancestors 'none'",
        "object-src 'none'",
      ]),
    );
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
  });

  it("name the socket by the host that the browser used, and never take anything else over from it", async () => {
    const policyFor = async (host: string) =>
      /connect-src ([^;]*)/.exec(await raw(`GET /health/live HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`))?.[1];
    expect(await policyFor("desk.lan:8080")).toBe("'self' ws://desk.lan:9321 wss:");
    expect(await policyFor("[::1]:8080")).toBe("'self' ws://[::1]:9321 wss:");
    expect(await policyFor("a *:8080")).toBe("'self' ws://localhost:9321 wss:");
  });

  it("let listed origins call, and no other", async () => {
    const preflight = (origin: string) =>
      fixture.call("OPTIONS", "/api/v1/orders", { headers: { origin, "access-control-request-method": "POST" } });
    const listed = await preflight("https://desk.example");
    expect(listed.headers.get("access-control-allow-origin")).toBe("https://desk.example");
    expect(listed.headers.get("access-control-allow-credentials")).toBe("true");
    expect((await preflight("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("operations", () => {
  it("is alive and ready, with every part's state", async () => {
    expect((await fixture.call("GET", "/health/live")).status).toBe(200);
    fixture.gateway.setComponents([{ component: "feed", state: "up", detail: "simulated" }]);
    const ready = await fixture.call("GET", "/health/ready");
    expect(ready.status).toBe(200);
    expect(ready.body.status).toBe("ready");
    expect(ready.body.components.map((part: { component: string; state: string }) => `${part.component} ${part.state}`)).toEqual([
      "core up",
      "database up",
      "feed up",
    ]);
    fixture.gateway.setComponents([{ component: "feed", state: "down", detail: "no venue" }]);
    expect(await fixture.call("GET", "/health/ready")).toMatchObject({ status: 503, body: { status: "not ready" } });
    fixture.gateway.setComponents([{ component: "feed", state: "degraded", detail: "stale" }]);
    expect((await fixture.call("GET", "/health/ready")).status).toBe(200);
  });

  it("gives figures of the process, the requests and the core", async () => {
    await fixture.call("GET", "/api/v1/instruments", { token });
    const { status, body } = await fixture.call("GET", "/metrics");
    expect(status).toBe(200);
    expect(body).toMatch(
      /jware_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/instruments",status="200"\} [1-9]/,
    );
    expect(body).toMatch(/^# TYPE jware_core_commands_deposit_total counter\njware_core_commands_deposit_total [1-9]/m);
    expect(body).toContain("process_cpu_seconds_total");
    expect(body).not.toContain("PAPER-1");
  });

  it("documents every route of the API with its errors", async () => {
    const { body } = await fixture.call("GET", "/docs/json");
    expect(Object.keys(body.paths).length).toBeGreaterThanOrEqual(20);
    for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Record<string, unknown>>>)) {
      for (const [method, operation] of Object.entries(methods)) {
        const label = `${method} ${path}`;
        expect([label, typeof operation.description, typeof operation.summary]).toEqual([label, "string", "string"]);
        expect([label, Object.keys(operation.responses as object)]).toEqual([label, expect.arrayContaining(["429", "500"])]);
      }
    }
    expect((await fixture.call("GET", "/docs/static/index.html")).body).toContain("swagger");
  });
});

describe("the page", () => {
  it("says that it is not built where it is not", async () => {
    expect((await fixture.call("GET", "/")).body).toContain("not built");
  });

  it("serves its files once it is, and nothing outside", async () => {
    mkdirSync(join(uiDir, "assets"), { recursive: true });
    writeFileSync(join(uiDir, "index.html"), "<!doctype html><title>t</title>");
    writeFileSync(join(uiDir, "assets", "app-1a2b.js"), "1");
    writeFileSync(join(uiDir, ".secret"), "hidden");
    await fixture.closeGateway();
    await fixture.startGateway({ config: { corsOrigins: ["https://desk.example"] } });
    const page = await fixture.call("GET", "/");
    expect(page.body).toContain("<title>t</title>");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const asset = await fixture.call("GET", "/assets/app-1a2b.js");
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-type")).toContain("javascript");
    for (const path of [
      "/nothing.js",
      "/some/page",
      "/.secret",
      "/%2e%2e/data/credentials.json",
      "/..%2fdata%2fcredentials.json",
      "/assets/",
    ]) {
      const answer = await fixture.call("GET", path);
      expect([path, answer.status]).toEqual([path, expect.toBeOneOf([403, 404])]);
      expect(JSON.stringify(answer.body)).not.toContain("password");
    }
  });
});

describe("bad requests", () => {
  it.each([
    ["an unknown address", "GET", "/api/v1/nothing", undefined, 404, "NOT_FOUND"],
    ["a method that the address has not", "PATCH", "/api/v1/orders", "{}", 404, "NOT_FOUND"],
    [
      "a body that is too large",
      "POST",
      "/api/v1/session",
      JSON.stringify({ ticket: "x".repeat(70_000) }),
      413,
      "BODY_TOO_LARGE",
    ],
    ["an empty body", "POST", "/api/v1/session", "", 400, "VALIDATION_FAILED"],
  ])("%s", async (_name, method, path, body, status, code) => {
    const answer = await fixture.call(method, path, { token, ...(body === undefined ? {} : { body }) });
    expect(answer).toMatchObject({ status, body: { code, status, requestId: answer.headers.get("x-request-id") } });
    expect(answer.body.type).toBe(`urn:jware:problem:${code.toLowerCase().replaceAll("_", "-")}`);
  });

  it("a body that is no JSON by its name", async () => {
    const answer = await fixture.call("POST", "/api/v1/session", { body: "a=b", headers: { "content-type": "text/plain" } });
    expect(answer).toMatchObject({ status: 415, body: { code: "MEDIA_TYPE_UNSUPPORTED" } });
  });

  it("an address that cannot be read", async () => {
    expect(await raw("GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 400 .*VALIDATION_FAILED/s);
  });

  it("headers without end", async () => {
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
  });

  it("garbage on every route harms nobody and reveals nothing", async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    console.info(`gateway.test.ts: SEED=${seed}`);
    const seeded = new Seeded(seed);
    const random = (below: number) => seeded.below(below);
    const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
    const paths = Object.entries((await fixture.call("GET", "/docs/json")).body.paths as Record<string, object>).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
    );
    const junk = [
      "",
      "null",
      "0",
      "{}",
      "[]",
      "\\u0000",
      "9".repeat(40),
      "-1",
      "1e999",
      "' OR 1=1--",
      "../../etc/passwd",
      "ÿ",
      '{"a":',
      "true",
    ];
    const fields = [
      "account",
      "clOrdId",
      "symbol",
      "side",
      "orderQty",
      "price",
      "ticket",
      "username",
      "label",
      "limit",
      "before",
      "from",
    ];
    const safe = (text: string) => encodeURIComponent(text);
    for (let i = 0; i < 600; i++) {
      const [method, path] = pick(paths);
      if (path === "/api/v1/session" && method === "DELETE") continue;
      const address = `${path.replace(/\{\w+\}/g, () => safe(pick(junk)) || "x")}?${pick(fields)}=${safe(pick(junk))}`;
      const body =
        method === "GET"
          ? undefined
          : pick([pick(junk), JSON.stringify({ [pick(fields)]: pick([1, null, [], {}, pick(junk)]) })]);
      const answer = await fixture.call(method, address, { token, ...(body === undefined ? {} : { body }) });
      const label = `${method} ${address} ${body ?? ""}`;
      if (path !== "/health/ready")
        expect([label, answer.status]).toEqual([label, expect.toSatisfy((status: number) => status < 500)]);
      if (answer.status >= 400) expect([label, JSON.stringify(answer.body)]).toEqual([label, expect.not.stringMatching(LEAK)]);
    }
    expect((await fixture.call("GET", "/api/v1/balances?account=PAPER-1", { token })).status).toBe(200);
  });
});

describe("rate limits", () => {
  // A window that no test outlasts: how fast requests come must not decide.
  beforeAll(async () => {
    await fixture.closeGateway();
    await fixture.startGateway({
      gateway: { rateLimits: { ...RATE_LIMITS, windowMs: 600_000, readMax: 5, orderMax: 3, cancelMax: 4, addressMax: 200 } },
    });
  });

  it("count reads, orders and cancels apart, by user", async () => {
    const token = await fixture.signIn("trader");
    const burst = async (count: number, send: () => Promise<{ readonly status: number }>) =>
      (await Promise.all(Array.from({ length: count }, send))).map((answer) => answer.status).sort();
    const read = () => fixture.call("GET", "/api/v1/instruments", { token });
    expect(await burst(8, read)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = await read();
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    let number = 0;
    const order = () =>
      fixture.call("POST", "/api/v1/orders", {
        token,
        body: {
          account: "PAPER-1",
          clOrdId: `r${++number}`,
          symbol: "BTCUSDT",
          side: "buy",
          ordType: "limit",
          orderQty: "0.01",
          price: "61000",
        },
      });
    expect(await burst(4, order)).toEqual([201, 201, 201, 429]);
    expect((await fixture.call("DELETE", "/api/v1/orders?account=PAPER-1", { token })).status).toBe(200);
    const admin = await fixture.signIn("admin");
    expect((await fixture.call("GET", "/api/v1/instruments", { token: admin })).status).toBe(200);
  });

  it("count a list or batch as as many as it holds, all of it or nothing", async () => {
    await fixture.addUser("batcher", "trader", "a long enough password", ["read", "trade", "cancel"]);
    const session = { username: "batcher", password: "a long enough password" };
    const token = (await fixture.call("POST", "/api/v1/session", { body: session })).body.accessToken;
    const post = async (path: string, body: object) =>
      (await fixture.call("POST", `/api/v1/orders${path}`, { token, body: { account: "PAPER-1", ...body } })).status;
    const order = (clOrdId: string) => ({ clOrdId, side: "buy", ordType: "limit", orderQty: "0.01", price: "61000" });
    const batch = (requests: readonly object[]) => post("/batches", { requests });
    const orders = (...names: string[]) => batch(names.map((each) => ({ kind: "new", symbol: "BTCUSDT", ...order(each) })));
    const cancels = (count: number) => batch(Array.from({ length: count }, () => ({ kind: "cancel", origClOrdId: "none" })));
    const legs = ["b1", "b2"].map(order);
    // Three orders and four cancels are allowed; each batch comes as a cancel.
    expect(await post("/lists", { symbol: "BTCUSDT", contingency: "oco", orders: legs })).toBe(201);
    expect(await orders("b3", "b4")).toBe(429);
    expect(await post("", { symbol: "BTCUSDT", ...order("b3") })).toBe(201);
    expect(await orders("b4")).toBe(429);
    expect(await cancels(3)).toBe(429);
    expect(await cancels(1)).toBe(200);
    expect(await cancels(1)).toBe(429);
  });

  it("count an address, signed in or not", async () => {
    const answers = await Promise.all(Array.from({ length: 260 }, () => fixture.call("GET", "/health/live")));
    expect(answers.some((answer) => answer.status === 429)).toBe(true);
    expect(answers.some((answer) => answer.status === 200)).toBe(true);
  });
});
