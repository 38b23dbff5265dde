/** The terminal's files, as vite built them. Only `/` is the page; any other address is a file or nothing. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fastifyStatic } from "@fastify/static";
import { ApiError } from "../problem.js";
import type { App } from "../services.js";

const access = { kind: "public" } as const;
/** Names of built assets hold a hash of their content. */
const HASHED_PREFIX = "assets/";
const FOREVER = "public, max-age=31536000, immutable";
const NOT_BUILT =
  '<!doctype html><title>Jware Trader</title><p>The terminal is not built. Run <code>npm start</code>, which builds it, or see <a href="/docs">the API</a>.';

export async function addPageRoutes(app: App, uiDir: string): Promise<void> {
  const built = existsSync(join(uiDir, "index.html"));
  if (built) await app.register(fastifyStatic, { root: uiDir, serve: false, cacheControl: false, dotfiles: "deny" });

  app.get("/", { config: { access }, schema: { hide: true } }, async (_request, reply) => {
    reply.header("cache-control", "no-cache");
    return built ? reply.sendFile("index.html") : reply.type("text/html; charset=utf-8").send(NOT_BUILT);
  });

  app.get<{ Params: { "*": string } }>("/*", { config: { access }, schema: { hide: true } }, async (request, reply) => {
    const path = request.params["*"];
    if (!built || path === "" || path.startsWith("api/")) throw new ApiError("NOT_FOUND", "There is nothing at this address.");
    reply.header("cache-control", path.startsWith(HASHED_PREFIX) ? FOREVER : "no-cache");
    return reply.sendFile(path);
  });
}
