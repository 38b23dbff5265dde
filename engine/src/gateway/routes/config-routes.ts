/** What a client must know before it has signed in: where the sockets are. */
import { Type } from "../json-shape.js";
import type { FastifyRequest } from "fastify";
import type { App } from "../services.js";
import { problems } from "./documented.js";

export function addConfigRoutes(app: App, wsPort: number): void {
  app.get(
    "/api/v1/config",
    {
      config: { access: { kind: "public" } },
      schema: {
        tags: ["session"],
        summary: "Where the sockets are",
        description: "Base address of /v1/orders and /v1/market, on the host that this request was made to.",
        response: { 200: Type.Object({ wsUrl: Type.String() }), ...problems() },
      },
    },
    async (request) => ({ wsUrl: wsUrlFor(request, wsPort) }),
  );
}

/** The sockets are where the page is: a name that the browser reached us by is one that it can reach again. */
const wsUrlFor = (request: FastifyRequest, wsPort: number): string =>
  `${request.protocol === "https" ? "wss" : "ws"}://${request.hostname}:${wsPort}`;
