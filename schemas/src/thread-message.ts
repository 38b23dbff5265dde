/** How the main thread and its worker threads speak: the same few messages for every kind of thread. */

export type ComponentState = "up" | "degraded" | "down";

/** State of one part of the platform, for `/health/ready` and the start screen. */
export interface ComponentHealth {
  readonly component: string;
  readonly state: ComponentState;
  /** One sentence, or the figures that matter. */
  readonly detail: string;
  /** Figures by name, for `/metrics`: `lag_seconds` of the component `projector` is `jware_projector_lag_seconds`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** What a thread tells the main thread. */
export type FromThread =
  /** Serving. `facts` are shown on the start screen or used by the main thread (ports, links). */
  | { readonly kind: "ready"; readonly facts: Readonly<Record<string, string | number>> }
  | { readonly kind: "health"; readonly health: ComponentHealth }
  /** Cannot go on: the main thread stops everything, prints the sentence, and exits 1. */
  | { readonly kind: "fatal"; readonly code: string; readonly message: string }
  | { readonly kind: "stopped" };

/** What the main thread tells a thread. */
export type ToThread =
  /** Close everything, answer `stopped`, let the event loop end. */
  | { readonly kind: "stop" }
  /** To the gateway, once: what was not known yet when its modules began to load. */
  | { readonly kind: "begin"; readonly databaseUrl: string; readonly wsPort: number }
  /** All components' states, sent to the gateway whenever one changes. */
  | { readonly kind: "components"; readonly components: readonly ComponentHealth[] };
