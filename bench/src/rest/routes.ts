/**
 * Requests a second of each main route, ten connections, one request on each: the gateway with everything that a request goes through
 * (token, permission, count, schema, core), beside a Fastify route that only has a schema and beside `node:http`, in turn in each round.
 * The servers are pinned to one processor; autocannon runs in this process, pinned to none. A rate counts from the first answer. In each round
 * every route gets the same number of requests: as many orders as the gateway's database has room for. Before the first, every server gets the
 * same number over all its routes: the code that they share is then as warm in a server of two as in one of seven.
 */
import { join } from "node:path";
import autocannon from "autocannon";
import { cpuNs } from "../cpu-time.js";
import { barsOf, type Chart, type Check, figureOf, type Figure, ratiosOf, type SuiteResult } from "../figure.js";
import { SHARED_CPU } from "../order-venue.js";
import { startPeer } from "../peers/peer.js";
import { ProfiledServer } from "../profile/profiler.js";
import { ROOT } from "../root.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import type { RunOptions } from "../suite.js";
import { orderBodies } from "./order-body.js";

const CONNECTIONS = 10;
/** Of each route in a round. */
const REQUESTS = 1_500;
const QUICK = 4;
const SAMPLE_MS = 20;
const GOAL = { atLeast: 0.85 };
const SYMBOL = "BENCH";
/** Below the bid of 100.00, and within the collar: accepted, and gone at once. */
const PRICE = "99.00";

interface Route {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Whether each request carries an order of a name of its own. */
  readonly hasOrder?: boolean;
  readonly expected: 200 | 201;
}

const ROUTES: readonly Route[] = [
  { name: "POST /orders", method: "POST", path: "/api/v1/orders", hasOrder: true, expected: 201 },
  { name: "POST /orders/validate", method: "POST", path: "/api/v1/orders/validate", hasOrder: true, expected: 200 },
  { name: "GET /orders", method: "GET", path: "/api/v1/orders?account=PAPER-1&status=open", expected: 200 },
  { name: "GET /account", method: "GET", path: "/api/v1/account?account=PAPER-1", expected: 200 },
  { name: "GET /positions", method: "GET", path: "/api/v1/positions?account=PAPER-1", expected: 200 },
  { name: "GET /book", method: "GET", path: `/api/v1/book?symbol=${SYMBOL}&depth=10`, expected: 200 },
  { name: "GET /instruments", method: "GET", path: "/api/v1/instruments", expected: 200 },
];
/** Same shapes, without a platform. */
const BARE: readonly Route[] = [
  { name: "POST", method: "POST", path: "/order", hasOrder: true, expected: 200 },
  { name: "GET", method: "GET", path: "/order", expected: 200 },
];
const JUDGED = "POST /orders";
const ROUTES_QUICK = ROUTES.filter(({ name }) => name === JUDGED || name === "GET /account");

interface Server {
  readonly label: string;
  readonly port: number;
  readonly pid: number;
  readonly routes: readonly Route[];
  readonly token?: string;
}

/** What one route of one server gave. */
interface Measured {
  readonly server: string;
  readonly route: Route;
  /** Requests before the first round. */
  readonly warmUp: number;
  readonly perSecond: number[];
  readonly p99Ms: number[];
  /** Processor time of the server for a request, nanoseconds. */
  readonly cpu: number[];
}

export async function routes(roundCount: number, { isQuick }: RunOptions): Promise<SuiteResult> {
  const folder = scratchFolder("rest");
  const gateway = new ProfiledServer("gateway", [join(ROOT, "bench/dist/rest/gateway-server.js"), folder], SHARED_CPU);
  const stops: (() => Promise<unknown>)[] = [() => gateway.stop()];
  try {
    const { port, username, password } = JSON.parse((await gateway.line(/^\{.*\}$/))[0]) as Record<string, string>;
    const token = await signIn(Number(port), { username, password });
    const fastify = await startPeer("fastify-route", SHARED_CPU);
    stops.push(fastify.stop);
    const node = await startPeer("node-route", SHARED_CPU);
    stops.push(node.stop);
    const servers: readonly Server[] = [
      { label: "bare Fastify", port: fastify.port, pid: fastify.pid, routes: BARE },
      { label: "gateway", port: Number(port), pid: gateway.pid, routes: isQuick ? ROUTES_QUICK : ROUTES, token },
      { label: "node:http", port: node.port, pid: node.pid, routes: BARE },
    ];
    const count = REQUESTS / (isQuick ? QUICK : 1);
    const routesMost = Math.max(...servers.map(({ routes }) => routes.length));
    const measured = servers.flatMap(({ label, routes }) => {
      const warmUp = warmUpOf(count, routes.length, routesMost);
      return routes.map((route): Measured => ({ server: label, route, warmUp, perSecond: [], p99Ms: [], cpu: [] }));
    });
    let answered = 0;
    const wrong: string[] = [];
    // Round 0 warms the code of each.
    for (let round = 0; round <= roundCount; round++) {
      for (const each of measured) {
        const server = servers.find(({ label }) => label === each.server);
        if (server === undefined) continue;
        const before = cpuNs(server.pid);
        const asked = round === 0 ? each.warmUp : count;
        const { perSecond, p99Ms, wrongCount } = await ask(server, each.route, asked);
        const after = cpuNs(server.pid);
        if (wrongCount > 0) wrong.push(`${each.server} ${each.route.name}: ${wrongCount} of ${asked}`);
        answered += asked;
        if (round === 0) continue;
        each.perSecond.push(perSecond);
        each.p99Ms.push(p99Ms);
        if (before !== undefined && after !== undefined) each.cpu.push((after - before) / count);
      }
    }
    const detail = wrong.length === 0 ? `${answered} requests answered as expected` : wrong.join(", ");
    const check: Check = { name: "every request by REST", passed: wrong.length === 0, detail };
    return { figures: figuresOf(measured, count), checks: [check], charts: [chartOf(measured)] };
  } finally {
    for (const stop of stops) await stop();
    removeFolder(folder);
  }
}

/** Requests of each route of a server before the first round, so that every server has as many: those of the one with the most routes. */
export const warmUpOf = (count: number, routeCount: number, routesMost: number): number =>
  Math.round((count * routesMost) / routeCount);

async function signIn(port: number, who: object): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(who),
  });
  if (!response.ok) throw new Error(`signing in was answered ${response.status}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

interface Answers {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly wrongCount: number;
}

function ask(server: Server, route: Route, count: number): Promise<Answers> {
  const { method, path, hasOrder, expected } = route;
  const body = orderBodies({ symbol: SYMBOL, orderQty: "1", price: PRICE });
  const headers: Record<string, string> = {
    ...(server.token === undefined ? {} : { authorization: `Bearer ${server.token}` }),
    ...(hasOrder === true ? { "content-type": "application/json" } : {}),
  };
  const request = { method, path, headers, ...(hasOrder === true ? { setupRequest: withBody(body) } : {}) };
  return new Promise<Answers>((resolve, reject) => {
    const clock = new AnswerClock();
    let right = 0;
    const options = {
      url: `http://127.0.0.1:${server.port}`,
      connections: CONNECTIONS,
      amount: count,
      requests: [request],
      // It looks this often whether it has done, and would otherwise do so once a second.
      sampleInt: SAMPLE_MS,
    };
    const instance = autocannon(options, (error: Error | null, result: autocannon.Result) => {
      if (error) return reject(error);
      resolve({ perSecond: clock.perSecond, p99Ms: result.latency.p99, wrongCount: count - right });
    });
    instance.on("response", (_client, statusCode) => {
      right += statusCode === expected ? 1 : 0;
      clock.answered(performance.now());
    });
  });
}

/** Counts from the first answer on: connecting is not in a rate. */
export class AnswerClock {
  #firstMs = Number.NaN;
  #lastMs = Number.NaN;
  #count = 0;

  answered(atMs: number): void {
    if (this.#count === 0) this.#firstMs = atMs;
    this.#lastMs = atMs;
    this.#count += 1;
  }

  get perSecond(): number {
    return ((this.#count - 1) / (this.#lastMs - this.#firstMs)) * 1e3;
  }
}

const withBody = (body: () => string) => (request: autocannon.Request) => ({ ...request, body: body() });

function figuresOf(measured: readonly Measured[], count: number): readonly Figure[] {
  return measured.flatMap(({ server, route, warmUp, perSecond, p99Ms, cpu }) => {
    const label = `${server}, ${route.name}`;
    const samples = { n: count, warmUp };
    const rate = figureOf(label, "per second", perSecond, undefined, samples);
    if (server !== "gateway") return [rate];
    const bare = (name: string) => measured.find((each) => each.server === name && each.route.name === route.method);
    const [fastify, node] = [bare("bare Fastify"), bare("node:http")];
    if (fastify === undefined || node === undefined) throw new Error("every method has its bare routes");
    const goal = route.name === JUDGED ? GOAL : ({ better: "higher" } as const);
    const work = ratiosOf(cpu, fastify.cpu);
    return [
      rate,
      figureOf(`${label}, p99`, "ms", p99Ms, undefined, samples),
      figureOf(`${label} / bare Fastify`, "ratio", ratiosOf(perSecond, fastify.perSecond), goal),
      figureOf(`${label} / node:http`, "ratio", ratiosOf(perSecond, node.perSecond), { better: "higher" }),
      ...(work.length === 0 ? [] : [figureOf(`${label} / bare Fastify, processor time`, "ratio", work, { better: "lower" })]),
    ];
  });
}

const chartOf = (measured: readonly Measured[]): Chart =>
  barsOf(
    `REST, requests a second, ${CONNECTIONS} connections`,
    "per second",
    measured.map(({ server, route, perSecond }) => [`${server}, ${route.name}`, perSecond] as const),
  );
