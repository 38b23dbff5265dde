/** Figures for Prometheus: the process, requests by route, and the core's own counters. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CorePort } from "./core-port.js";

const REQUEST_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #core: CorePort;
  readonly #coreGauges = new Map<string, Gauge>();

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
    for (const [name, value] of Object.entries(this.#core.coreMetrics())) this.#coreGauge(name).set(value);
    return this.#registry.metrics();
  }

  #coreGauge(name: string): Gauge {
    const known = this.#coreGauges.get(name);
    if (known !== undefined) return known;
    const gauge = new Gauge({
      name: `jware_core_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/[^a-z0-9_]/g, "_")}`,
      help: `${name} of the core since its start`,
      registers: [this.#registry],
    });
    this.#coreGauges.set(name, gauge);
    return gauge;
  }
}
