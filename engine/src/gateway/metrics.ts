/** Figures for Prometheus: the process, requests by route, and the core's own counters. */
import type { ComponentHealth } from "@jware/schemas";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CorePort } from "./core-port.js";

const REQUEST_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #requests: Histogram<"method" | "route" | "status">;
  readonly #core: CorePort;
  readonly #figures = new Map<string, Counter | Gauge>();

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

  /** Takes the figures that parts of the platform report with their health. */
  setComponents(components: readonly ComponentHealth[]): void {
    for (const { component, figures = {} } of components) {
      for (const [name, value] of Object.entries(figures)) {
        this.#setFigure(`jware_${component}_${name}`, `${name} of the ${component}`, value);
      }
    }
  }

  async text(): Promise<string> {
    for (const [name, value] of Object.entries(this.#core.coreMetrics())) {
      this.#setFigure(`jware_core_${name}`, `${name} of the core since its start`, value);
    }
    return this.#registry.metrics();
  }

  /** Who reports counts by itself: a counter is set to its figure by starting it again. */
  #setFigure(name: string, help: string, value: number): void {
    const figure = this.#figures.get(name) ?? this.#addFigure(name, help);
    figure.reset();
    figure.inc(value);
  }

  #addFigure(name: string, help: string): Counter | Gauge {
    const options = { name, help, registers: [this.#registry] };
    const figure = name.endsWith("_total") ? new Counter(options) : new Gauge(options);
    this.#figures.set(name, figure);
    return figure;
  }
}
