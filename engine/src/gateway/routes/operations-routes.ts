/** For whoever runs it: is it alive, is it ready, what are its figures. Open to all; a proxy decides who reaches them. */
import { Type } from "../json-shape.js";
import type { App, Services } from "../services.js";
import { Health } from "../shapes/health.js";
import { problems } from "./documented.js";

const access = { kind: "public" } as const;

export function addOperationsRoutes(app: App, services: Services): void {
  app.get(
    "/health/live",
    {
      config: { access },
      schema: {
        tags: ["operations"],
        summary: "Is the process alive",
        description: "Answers as long as the gateway's event loop turns.",
        response: { 200: Type.Object({ status: Type.String() }), ...problems() },
      },
    },
    async () => ({ status: "live" }),
  );

  app.get(
    "/health/ready",
    {
      config: { access },
      schema: {
        tags: ["operations"],
        summary: "Is every part ready",
        description: "503 while any part is down. Trading may go on then: see the parts.",
        response: { 200: Health, 503: Health, ...problems() },
      },
    },
    async (_request, reply) => {
      const components = [...(await services.componentHealth())];
      const ready = components.every(({ state }) => state !== "down");
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", components });
    },
  );

  app.get(
    "/metrics",
    {
      config: { access },
      schema: {
        tags: ["operations"],
        summary: "Figures for Prometheus",
        description: "The process, requests by route, and the core's counters, as text.",
        response: { 200: Type.String(), ...problems() },
      },
    },
    async (_request, reply) => reply.type(services.metrics.contentType).send(await services.metrics.text()),
  );
}
