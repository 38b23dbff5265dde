/** Everything that a client tells its owner, by name. */
import type { ConnectionState, Route } from "./connection.js";
import type { MarketEvents } from "./market-session.js";
import type { OrderEvents } from "./order-events.js";

export interface ConnectionEvent {
  readonly route: Route;
  readonly state: ConnectionState;
  /** Why it was lost or closed; empty when up. */
  readonly reason: string;
}

export interface ClientEvents extends OrderEvents, MarketEvents {
  connection: ConnectionEvent;
}
