/** Everything that routes work with, made once at the start. */
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { ComponentHealth } from "@jware/schemas";
import type { Config } from "../config.js";
import type { Logger } from "../observability/logger.js";
import type { AccessTokens } from "./auth/access-token.js";
import type { ApiKeys } from "./auth/api-keys.js";
import type { Authenticator } from "./auth/authenticator.js";
import type { OutboxRelay } from "./auth/outbox-relay.js";
import type { PasswordHasher } from "./auth/password.js";
import type { SessionStore } from "./auth/session-store.js";
import type { Sessions } from "./auth/sessions.js";
import type { SignInGuard } from "./auth/sign-in-guard.js";
import type { SocketTickets } from "./auth/socket-tickets.js";
import type { UserAdmin } from "./auth/user-admin.js";
import type { UserEvents } from "./auth/user-events.js";
import type { UserStore } from "./auth/user-store.js";
import type { CorePort } from "./core-port.js";
import type { History } from "./history.js";
import type { InstrumentCatalog } from "./instrument-catalog.js";
import type { Metrics } from "./metrics.js";
import type { OrderDesk } from "./order-desk.js";
import type { RiskHistory } from "./risk-history.js";

/** The HTTP server, with schemas that give types. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse<IncomingMessage>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Services {
  readonly config: Config;
  readonly core: CorePort;
  readonly logger: Logger;
  readonly now: () => number;
  readonly store: SessionStore;
  readonly tokens: AccessTokens;
  readonly hasher: PasswordHasher;
  readonly guard: SignInGuard;
  readonly users: UserStore;
  readonly userAdmin: UserAdmin;
  readonly userEvents: UserEvents;
  readonly sessions: Sessions;
  readonly apiKeys: ApiKeys;
  readonly socketTickets: SocketTickets;
  /** Tells core, sockets and judgements what a change of users, keys and sessions means; relayed before the change is answered. */
  readonly outbox: OutboxRelay;
  readonly authenticator: Authenticator;
  readonly catalog: InstrumentCatalog;
  readonly orderDesk: OrderDesk;
  readonly history: History;
  readonly riskHistory: RiskHistory;
  readonly metrics: Metrics;
  /** States of the other parts, and of what this thread checks itself. */
  readonly componentHealth: () => Promise<readonly ComponentHealth[]>;
}
