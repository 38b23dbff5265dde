/** Figures for Prometheus: the process, requests by route, and the core's own counters. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CorePort } from "./core-port.js";

const REQUEST_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #core: CorePort;
  readonly #coreFigures = new Map<string, Counter | Gauge>();

  constructor(core: CorePort) {
    this.#core = core;
    this.contentType = this.#registry.contentType;
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: "jware_http_request_duration_seconds",
      help: "Time from the first byte of a request to the last of its answer",
      labelNames: ["method", "route", "status"],
      buckets: REQUEST_BUCKETS_S,
      registers: [this.#registry],
    });
  }

  /** `route` is the pattern, never the address, so that the number of series is bounded. */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  async text(): Promise<string> {
    for (const [name, value] of Object.entries(this.#core.coreMetrics())) this.#setCoreFigure(name, value);
    return this.#registry.metrics();
  }

  /** The core counts by itself: a counter is set to its figure by starting it again. */
  #setCoreFigure(name: string, value: number): void {
    const figure = this.#coreFigures.get(name) ?? this.#addCoreFigure(name);
    figure.reset();
    figure.inc(value);
  }

  #addCoreFigure(name: string): Counter | Gauge {
    const options = { name: `jware_core_${name}`, help: `${name} of the core since its start`, registers: [this.#registry] };
    const figure = name.endsWith("_total") ? new Counter(options) : new Gauge(options);
    this.#coreFigures.set(name, figure);
    return figure;
  }
}
