/**
 * The platform's gateway with its database and a core in memory mode, but without a limit of requests: a limit is what would be measured.
 * The platform runs the same on a thread of its own. `gateway-server.js <folder>`; prints where it listens and what its first trader uses.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stopCore } from "@jware/core-native";
import { startCoreUnderTest } from "../core-under-test.js";
import { ROOT } from "../root.js";

/** What of the engine's modules is used. They are loaded as programs are, by their path. */
interface EngineParts {
  readonly startEmbeddedPostgres: (options: object) => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
  readonly migrate: (options: object) => Promise<unknown>;
  readonly readConfig: (args: readonly string[]) => object;
  readonly createLogger: (options: object) => object;
  readonly nativeCore: object;
  readonly startGateway: (options: object) => Promise<{
    readonly httpPort: number;
    readonly credentialsFile: string;
    readonly close: () => Promise<void>;
  }>;
}

const NO_LIMIT = { windowMs: 2_000, addressMax: 1e9, readMax: 1e9, orderMax: 1e9, cancelMax: 1e9 };
const MODULES = [
  "postgres/embedded",
  "postgres/migrate",
  "config",
  "observability/logger",
  "gateway/core-port",
  "gateway/gateway",
];

const folder = process.argv[2];
if (folder === undefined) throw new Error("the path of a folder is needed");
const modules = await Promise.all(MODULES.map((name) => import(pathToFileURL(join(ROOT, `engine/dist/${name}.js`)).href)));
const engine = Object.assign({}, ...modules) as EngineParts;

const log = engine.createLogger({ level: "warn", component: "bench" });
const database = await engine.startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log });
await engine.migrate({ databaseUrl: database.url, log });
startCoreUnderTest(join(folder, "journal"), "paper", false);
const gateway = await engine.startGateway({
  config: engine.readConfig(["--feed", "none", "--http-port", "0", "--data-dir", join(folder, "data")]),
  databaseUrl: database.url,
  uiDir: join(ROOT, "ui/dist"),
  wsPort: 0,
  core: engine.nativeCore,
  logger: log,
  rateLimits: NO_LIMIT,
});
process.once("SIGTERM", () => {
  void gateway.close().then(async () => {
    stopCore();
    await database.stop();
    process.exit(0);
  });
});
const { users } = JSON.parse(readFileSync(gateway.credentialsFile, "utf8")) as {
  readonly users: { readonly trader: { readonly username: string; readonly password: string } };
};
process.stdout.write(`${JSON.stringify({ port: gateway.httpPort, ...users.trader })}\n`);
