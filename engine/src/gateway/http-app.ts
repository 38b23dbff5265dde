/**
 * The HTTP server before it has routes: limits, headers, request ids, errors, documentation, and the judgement of every
 * request.
 *
 * Order of judgement: address limit, who it is, his limit, what he may do, is the request well formed, is the account his, and
 * his limit once more for all that the body holds.
 * So a stranger learns nothing from a malformed body, and nobody learns whether a foreign account exists.
 */
import { randomUUID } from "node:crypto";
import { fastifyCookie } from "@fastify/cookie";
import { fastifyCors } from "@fastify/cors";
import { fastifyHelmet } from "@fastify/helmet";
import { fastifySwagger } from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Config } from "../config.js";
import type { Logger } from "../observability/logger.js";
import { contentPolicyFor } from "./content-policy.js";
import type { CorePort } from "./core-port.js";
import { ORDER_RATE_HEADER, tellOrderRate } from "./order-rate.js";
import { lazyShapes } from "./lazy-shapes.js";
import type { Access, FindAccount, Principal } from "./permission.js";
import { authoriseAccount, authoriseAction } from "./permission.js";
import { ApiError, toApiError } from "./problem.js";
import type { RateLimiter } from "./rate-limits.js";
import { RefusedError } from "./refusal-problem.js";
import type { App } from "./services.js";

const BODY_BYTES_MAX = 65_536;
const HEADER_BYTES_MAX = 16_384;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 30_000;
const PARAM_CHARACTERS_MAX = 100;
const HSTS_S = 63_072_000;
const REQUEST_ID_PATTERN = /^[A-Za-z0-9._-]{8,64}$/;
const DOCS_PREFIX = "/docs";
/** What a trading page never needs of a browser. */
const PERMISSIONS_POLICY = ["camera", "microphone", "geolocation", "payment", "usb", "serial", "display-capture"]
  .map((feature) => `${feature}=()`)
  .join(", ");
const PROBLEM_TYPE = "application/problem+json";

export interface HttpAppOptions {
  readonly config: Config;
  readonly wsPort: number;
  readonly logger: Logger;
}

/** What judges a request; set before the server listens. */
export interface Judge {
  readonly authenticate: (header: string | undefined) => Promise<Principal | null>;
  readonly limits: RateLimiter;
  readonly messagesLeft: CorePort["messagesLeft"];
  /** For what some roles do on every account. */
  readonly findAccount: FindAccount;
  readonly observe: (request: FastifyRequest, reply: FastifyReply) => void;
}

export async function createHttpApp(options: HttpAppOptions): Promise<App> {
  const { config, wsPort, logger } = options;
  const app: App = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ requestIdLogLabel: "requestId" }),
    requestIdHeader: false,
    genReqId: (request) => readRequestId(request.headers["x-request-id"]),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    routerOptions: { maxParamLength: PARAM_CHARACTERS_MAX },
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    schemaController: { compilersFactory: lazyShapes() },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply as FastifyReply),
  }).withTypeProvider<TypeBoxTypeProvider>();

  // JSON is the only language spoken here.
  app.removeContentTypeParser("text/plain");
  refuseUndeclaredRoutes(app);
  app.decorateRequest("principal", null);
  app.decorateRequest("accountGrant", null);
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(new ApiError("NOT_FOUND", "There is nothing at this address."), request, reply),
  );

  // First, so that also an answer of a later hook carries it.
  const contentPolicy = contentPolicyFor(wsPort);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("permissions-policy", PERMISSIONS_POLICY);
    reply.header("content-security-policy", contentPolicy(request.headers.host));
  });
  await app.register(fastifyHelmet, SECURITY_HEADERS);
  await app.register(fastifyCors, {
    origin: config.corsOrigins.length === 0 ? false : [...config.corsOrigins],
    credentials: true,
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "x-request-id"],
    exposedHeaders: ["x-request-id", "retry-after", ORDER_RATE_HEADER],
    maxAge: 600,
  });
  await app.register(fastifyCookie);
  await registerDocumentation(app);
  return app;
}

/** Judges every request before its route runs. Must be called before routes are added. */
export function addJudge(app: App, judge: Judge): void {
  app.addHook("onRequest", async (request) => {
    await judge.limits.checkAddress(request);
    const access = request.routeOptions.config.access;
    if (access === undefined || access.kind === "public" || access.kind === "cookie") return;
    request.principal = await judge.authenticate(request.headers.authorization);
    if (request.principal !== null) await judge.limits.checkUser(request, access.action);
    authoriseAction(access, request.principal);
  });
  app.addHook("preHandler", async (request) => {
    const access = request.routeOptions.config.access;
    if (access?.kind !== "account") return;
    request.accountGrant = authoriseAccount(access, request.principal, accountNameOf(request, access), judge.findAccount);
    const held = request.routeOptions.config.holds?.(request.body);
    if (held !== undefined) await judge.limits.checkHeld(request, access.action, held);
  });
  app.addHook("onSend", async (request, reply) => tellOrderRate(request, reply, judge.messagesLeft));
  app.addHook("onResponse", async (request, reply) => judge.observe(request, reply));
}

function accountNameOf(request: FastifyRequest, access: Access & { readonly kind: "account" }): string {
  if (access.account === "body") return String((request.body as { account?: unknown }).account);
  if (access.account === "query") return String((request.query as { account?: unknown }).account);
  return String((request.params as { name?: unknown }).name);
}

/** A route that does not say who may use it ends the start. */
function refuseUndeclaredRoutes(app: App): void {
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith(DOCS_PREFIX)) route.config = { ...route.config, access: { kind: "public" } };
    // The preflight route of the CORS plugin does nothing but answer with headers.
    else if (route.method === "OPTIONS") route.config = { ...route.config, access: { kind: "public" } };
    if (route.config?.access === undefined) throw new Error(`the route ${route.method} ${route.url} declares no access`);
  });
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof RefusedError ? error : toApiError(error);
  reply.header("x-request-id", request.id);
  if (known.retryAfterS !== undefined) reply.header("retry-after", String(known.retryAfterS));
  if (known.status === 401) reply.header("www-authenticate", "Bearer");
  if (known.status >= 500) request.log.error({ err: known.cause ?? known }, "a request failed");
  else request.log.info({ status: known.status, problem: known.message }, "a request was refused");
  return reply
    .code(known.status)
    .type(PROBLEM_TYPE)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(known.body(request.id));
}

const readRequestId = (header: string | string[] | undefined): string =>
  typeof header === "string" && REQUEST_ID_PATTERN.test(header) ? header : randomUUID();

const SECURITY_HEADERS = {
  // It depends on the host that the browser used: content-policy.ts.
  contentSecurityPolicy: false,
  strictTransportSecurity: { maxAge: HSTS_S, includeSubDomains: true },
  referrerPolicy: { policy: "no-referrer" as const },
  crossOriginOpenerPolicy: { policy: "same-origin" as const },
  crossOriginResourcePolicy: { policy: "same-origin" as const },
  crossOriginEmbedderPolicy: false,
  xFrameOptions: { action: "deny" as const },
};

async function registerDocumentation(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Jware Trader",
        version: "1",
        description:
          "REST of the trading engine. Decimals are strings and exact. Errors are problem details (RFC 9457); a refusal of an order adds its rule, limit, value and headroom.",
      },
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "An access token of POST /api/v1/session, or an API key" },
        },
      },
    },
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: DOCS_PREFIX,
    uiConfig: { docExpansion: "list", deepLinking: true },
    staticCSP:
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  });
}
