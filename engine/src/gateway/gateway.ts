/**
 * The gateway as one object: made from options, listening, closed again. The worker thread and the tests start the same.
 *
 * Order of the start: keys, database, Redis, routes, the port, then users and accounts. A port that is taken therefore ends
 * the start before anything was made.
 */
import type { ComponentHealth } from "@jware/schemas";
import type { Redis } from "ioredis";
import type { Config } from "../config.js";
import type { Logger } from "../observability/logger.js";
import { connectPostgres, type Sql } from "../postgres/connect.js";
import { AccessTokens } from "./auth/access-token.js";
import { ApiKeys } from "./auth/api-keys.js";
import { Authenticator } from "./auth/authenticator.js";
import { credentialsPath, ensureFirstUsers, ensurePaperAccount, type ServiceUrls, TRADER_NAME } from "./auth/first-start.js";
import { InProcessSessionStore } from "./auth/in-process-session-store.js";
import { OutboxRelay } from "./auth/outbox-relay.js";
import { PasswordHasher } from "./auth/password.js";
import { RedisSessionStore } from "./auth/redis-session-store.js";
import { loadServerSecrets } from "./auth/secret-file.js";
import { Sessions } from "./auth/sessions.js";
import { SignInGuard } from "./auth/sign-in-guard.js";
import { issueSignInTicket } from "./auth/sign-in-ticket.js";
import { SocketTickets } from "./auth/socket-tickets.js";
import { UserAdmin } from "./auth/user-admin.js";
import { UserEvents } from "./auth/user-events.js";
import { UserStore } from "./auth/user-store.js";
import { makeHealthChecks } from "./component-health.js";
import type { CorePort } from "./core-port.js";
import { History } from "./history.js";
import { addJudge, createHttpApp } from "./http-app.js";
import { InstrumentCatalog } from "./instrument-catalog.js";
import { Metrics } from "./metrics.js";
import { OrderDesk } from "./order-desk.js";
import { RATE_LIMITS, type RateLimitFigures, registerRateLimits } from "./rate-limits.js";
import { addAccountListRoutes } from "./routes/account-list-routes.js";
import { addAccountRoutes } from "./routes/account-routes.js";
import { addApiKeyRoutes } from "./routes/api-key-routes.js";
import { addConfigRoutes } from "./routes/config-routes.js";
import { addMarketRoutes } from "./routes/market-routes.js";
import { addOperationsRoutes } from "./routes/operations-routes.js";
import { addControlRoutes } from "./routes/control-routes.js";
import { addCorrectionRoutes } from "./routes/correction-routes.js";
import { addOrderGroupRoutes } from "./routes/order-group-routes.js";
import { addOrderRoutes } from "./routes/order-routes.js";
import { addPageRoutes } from "./routes/page-routes.js";
import { addFeeRoutes } from "./routes/fee-routes.js";
import { addRiskRoutes } from "./routes/risk-routes.js";
import { addSessionRoutes } from "./routes/session-routes.js";
import { addUserRoutes } from "./routes/user-routes.js";
import { RiskHistory } from "./risk-history.js";
import type { App, Services } from "./services.js";

const ANSWER_TIMEOUT_MS = 2000;
const DATABASE_CONNECTIONS = 5;
const DATABASE_CONNECT_TIMEOUT_S = 2;
const STATEMENT_TIMEOUT_MS = 5000;
const REDIS_TIMEOUT_MS = 1000;
/** How long a judgement is remembered: in this process, where nobody else can drop it, and in Redis, where anybody can. */
const LOCAL_JUDGEMENT_MS = 1000;
const SHARED_JUDGEMENT_MS = 5000;

export interface GatewayOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  /** Folder of the built terminal; it need not exist. */
  readonly uiDir: string;
  readonly wsPort: number;
  readonly core: CorePort;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly rateLimits?: RateLimitFigures;
  readonly answerTimeoutMs?: number;
}

export interface Gateway {
  readonly app: App;
  readonly httpPort: number;
  /** Signs the trader in once. */
  readonly signInTicket: string | undefined;
  /** Where the first users' passwords are, if this start or an earlier one made them. */
  readonly credentialsFile: string;
  readonly madeFirstUsers: boolean;
  /** States of the platform's other parts, for /health/ready. */
  setComponents(components: readonly ComponentHealth[]): void;
  close(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, logger } = options;
  const sql = openDatabase(options.databaseUrl);
  const redis = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl, logger);
  const cleanups: (() => Promise<unknown>)[] = [() => sql.end({ timeout: 1 })];
  if (redis !== undefined) cleanups.push(async () => redis.disconnect());
  const closeAll = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    const health = makeHealthChecks({ sql, redis, core: options.core });
    const { app, services, outbox } = await assemble(options, sql, redis, health.check);
    cleanups.push(async () => services.orderDesk.close());
    await app.listen({ host: config.host, port: config.httpPort });
    cleanups.push(() => app.close());
    const httpPort = portOf(app);
    const madeFirstUsers = await prepareUsers(options, services, sql, urlsOf(config.host, httpPort, options.wsPort));
    await outbox.start();
    cleanups.push(() => outbox.stop());
    const trader = await services.users.byName(TRADER_NAME);
    const signInTicket = trader === undefined ? undefined : await issueSignInTicket(services.store, trader.userId);
    return {
      app,
      httpPort,
      signInTicket,
      credentialsFile: credentialsPath(config.dataDir),
      madeFirstUsers,
      setComponents: (components) => {
        health.setComponents(components);
        services.metrics.setComponents(components);
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function assemble(
  options: GatewayOptions,
  sql: Sql,
  redis: Redis | undefined,
  componentHealth: () => Promise<readonly ComponentHealth[]>,
): Promise<{ readonly app: App; readonly services: Services; readonly outbox: OutboxRelay }> {
  const { config, core, logger, now = Date.now } = options;
  const app = await createHttpApp({ config, wsPort: options.wsPort, logger });
  const secrets = loadServerSecrets(config.dataDir);
  const tokens = await AccessTokens.register(app, secrets.accessTokenPrivatePem);
  const store = redis === undefined ? new InProcessSessionStore(now) : new RedisSessionStore(redis, now);
  const accountNameOf = accountNames(core);
  const users = new UserStore(sql, accountNameOf);
  const sessions = new Sessions(sql, secrets.refreshTokenKey, now);
  const apiKeys = new ApiKeys(sql, core, users, now);
  const storeTtlMs = redis === undefined ? LOCAL_JUDGEMENT_MS : SHARED_JUDGEMENT_MS;
  const authenticator = new Authenticator({ tokens, users, sessions, apiKeys, store, storeTtlMs, logger });
  const socketTickets = new SocketTickets(core, now);
  const outbox = new OutboxRelay({ sql, core, apiKeys, authenticator, socketTickets, logger, now });
  const catalog = new InstrumentCatalog(core, accountNameOf);
  const metrics = new Metrics(core);
  const services: Services = {
    config,
    core,
    logger,
    now,
    store,
    tokens,
    hasher: new PasswordHasher(),
    guard: new SignInGuard(store, now),
    users,
    sessions,
    apiKeys,
    socketTickets,
    outbox,
    userAdmin: new UserAdmin({ sql, outbox, accountName: accountNameOf, now }),
    userEvents: new UserEvents(sql, accountNameOf),
    authenticator,
    catalog,
    orderDesk: new OrderDesk({ core, logger, answerTimeoutMs: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS }),
    history: new History(sql, catalog),
    riskHistory: new RiskHistory(sql, catalog, (account) => accountNameOf(account) ?? String(account)),
    metrics,
    componentHealth,
  };
  addJudge(app, {
    authenticate: (header) => authenticator.authenticate(header),
    messagesLeft: (...scope) => core.messagesLeft(...scope),
    findAccount: (name) => core.accountNamed(name),
    limits: await registerRateLimits(app, options.rateLimits ?? RATE_LIMITS, redis),
    observe: (request, reply) =>
      metrics.observeRequest(request.method, request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1000),
  });
  addSessionRoutes(app, services);
  addApiKeyRoutes(app, services);
  addOrderRoutes(app, services);
  addOrderGroupRoutes(app, services);
  addAccountRoutes(app, services);
  addAccountListRoutes(app, services);
  addControlRoutes(app, services);
  addCorrectionRoutes(app, services);
  addRiskRoutes(app, services);
  addFeeRoutes(app, services);
  addUserRoutes(app, services);
  addMarketRoutes(app, services);
  addConfigRoutes(app, options.wsPort);
  addOperationsRoutes(app, services);
  await addPageRoutes(app, options.uiDir);
  return { app, services, outbox };
}

/** The paper account, the first users, and every API key made known to the core. Returns whether users were made. */
async function prepareUsers(options: GatewayOptions, services: Services, sql: Sql, urls: ServiceUrls): Promise<boolean> {
  const { core, hasher, apiKeys, now } = services;
  await ensurePaperAccount(core);
  const [made] = await Promise.all([
    ensureFirstUsers({ sql, hasher, apiKeys, dataDir: options.config.dataDir, urls, nowTsMs: now() }),
    hasher.prepare(),
  ]);
  await apiKeys.pushAll();
  return made;
}

function openDatabase(databaseUrl: string): Sql {
  return connectPostgres(databaseUrl, {
    max: DATABASE_CONNECTIONS,
    connect_timeout: DATABASE_CONNECT_TIMEOUT_S,
    connection: { application_name: "jware-gateway", statement_timeout: STATEMENT_TIMEOUT_MS },
  });
}

/** Connects, or gives up waiting: while Redis is away commands fail at once, and ioredis keeps trying in the background. */
async function openRedis(url: string, logger: Logger): Promise<Redis> {
  // A platform of one process does not wait for its modules.
  const { Redis: Client } = await import("ioredis");
  const redis = new Client(url, {
    lazyConnect: true,
    connectTimeout: REDIS_TIMEOUT_MS,
    commandTimeout: REDIS_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  });
  redis.on("error", (error: Error) => logger.warn({ err: error }, "Redis does not answer"));
  await redis.connect().catch(() => undefined);
  return redis;
}

/** Names of accounts by id, asked of the core once each: they never change. */
function accountNames(core: CorePort): (account: number) => string | undefined {
  const names = new Map<number, string>();
  return (account) => {
    const name = names.get(account) ?? core.queryAccount(account)?.name;
    if (name !== undefined) names.set(account, name);
    return name;
  };
}

function portOf(app: App): number {
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("a listening server has a port");
  return address.port;
}

function urlsOf(host: string, httpPort: number, wsPort: number): ServiceUrls {
  const name = host.includes(":") ? `[${host}]` : host;
  const page = `http://${name}:${httpPort}/`;
  return { page, rest: `${page}api/v1`, webSocket: `ws://${name}:${wsPort}` };
}
