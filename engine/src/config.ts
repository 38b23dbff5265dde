/** The options of `npm start`, each also an environment variable. The tools read some of these (`tools/tool-args.ts`), `failpoint.ts` its own. */
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";

export type FeedChoice =
  | { readonly kind: "simulated"; readonly seed: number; readonly ticksPerSecond: number }
  | { readonly kind: "binance"; readonly restBase: string; readonly streamBase: string }
  | { readonly kind: "replay"; readonly file: string; readonly speed: number }
  | { readonly kind: "none" };

export interface JournalChoice {
  readonly segmentBytes: number;
  readonly reserveBytes: number;
  /** Where older segments go; absent = they stay. */
  readonly archiveDir?: string;
  readonly snapshotEveryRecords: number;
  readonly snapshotEveryMs: number;
}

export interface Config {
  readonly httpPort: number;
  readonly wsPort: number;
  readonly host: string;
  readonly dataDir: string;
  readonly feed: FeedChoice;
  /** Symbols to trade; empty = the feed's own choice. */
  readonly symbols: readonly string[];
  readonly ack: "durable" | "memory";
  readonly edges: number;
  readonly journal: JournalChoice;
  /** PostgreSQL to use; absent = the embedded one in the data folder. */
  readonly databaseUrl?: string;
  /** Redis to use; absent = everything in process. */
  readonly redisUrl?: string;
  /** Origins that browsers may call from, besides the page's own. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error";
}

const EDGES_MAX = 32;
/** The journal's own limits and default. */
const SECTOR_BYTES = 512;
const SEGMENT_BYTES_MIN = 4_608;
const SEGMENT_BYTES_MAX = 1 << 30;
const SEGMENT_BYTES = 64 << 20;
const PORT_MAX = 65_535;
const RESERVE_MIB_MAX = 1024;
const SNAPSHOT_SECONDS_MAX = 86_400;

const integerIn =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
    return value;
  };

const sectorsOf =
  (min: number, max: number) =>
  (text: string): number => {
    const value = integerIn(min, max)(text);
    if (value % SECTOR_BYTES !== 0) throw new InvalidArgumentError(`must be a multiple of ${SECTOR_BYTES}.`);
    return value;
  };

const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("must be a number above 0.");
  return value;
};

const urlOf =
  (...protocols: string[]) =>
  (text: string): string => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      throw new InvalidArgumentError(
        `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}.`,
      );
    }
    return text;
  };

const listOf = (text: string): readonly string[] => {
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === "")) throw new InvalidArgumentError("must be names with commas between them.");
  return items;
};

const feedKind = (text: string): string => {
  if (text === "simulated" || text === "binance" || text === "none" || /^replay:.+/.test(text)) return text;
  throw new InvalidArgumentError("must be simulated, binance, replay:<file> or none.");
};

/** Every option: flag, variable, reader, default. The help text is made from this. */
function makeCommand(): Command {
  const option = (flags: string, variable: string, help: string) => new Option(flags, help).env(variable);
  return new Command("npm start --")
    .description("Starts the whole of Jware Trader: market data, engine, gateway, terminal, database.")
    .addOption(option("--http-port <port>", "JWARE_HTTP_PORT", "page and REST").argParser(integerIn(0, PORT_MAX)).default(8080))
    .addOption(option("--ws-port <port>", "JWARE_WS_PORT", "binary WebSocket").argParser(integerIn(0, PORT_MAX)).default(8081))
    .addOption(option("--host <address>", "JWARE_HOST", "address to listen on").default("127.0.0.1"))
    .addOption(option("--data-dir <folder>", "JWARE_DATA_DIR", "journal, database and credentials").default(".jware"))
    .addOption(
      option("--feed <feed>", "JWARE_FEED", "simulated, binance, replay:<file> or none").argParser(feedKind).default("simulated"),
    )
    .addOption(
      option("--symbols <list>", "JWARE_SYMBOLS", "symbols, with commas between them")
        .argParser(listOf)
        .default([], "the feed's own"),
    )
    .addOption(
      option("--ack <mode>", "JWARE_ACK", "when an order is acknowledged").choices(["durable", "memory"]).default("durable"),
    )
    .addOption(
      option("--journal-reserve-mib <size>", "JWARE_JOURNAL_RESERVE_MIB", "room that is kept for cancels on a full disk")
        .argParser(integerIn(0, RESERVE_MIB_MAX))
        .default(64),
    )
    .addOption(
      option("--journal-archive <folder>", "JWARE_JOURNAL_ARCHIVE", "where segments go that a start does not need").default(
        undefined,
        "they stay",
      ),
    )
    .addOption(
      option("--snapshot-records <count>", "JWARE_SNAPSHOT_RECORDS", "commands from one snapshot to the next")
        .argParser(integerIn(1, Number.MAX_SAFE_INTEGER))
        .default(1_000_000),
    )
    .addOption(
      option("--snapshot-seconds <time>", "JWARE_SNAPSHOT_SECONDS", "time from one snapshot to the next, at most")
        .argParser(integerIn(1, SNAPSHOT_SECONDS_MAX))
        .default(600),
    )
    .addOption(option("--edges <count>", "JWARE_EDGES", "WebSocket threads").argParser(integerIn(1, EDGES_MAX)).default(1))
    .addOption(
      option("--segment-bytes <bytes>", "JWARE_SEGMENT_BYTES", "size of the journal's next files, a multiple of 512")
        .argParser(sectorsOf(SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX))
        .default(SEGMENT_BYTES),
    )
    .addOption(
      option("--database-url <url>", "JWARE_DATABASE_URL", "PostgreSQL to use instead of the embedded one").argParser(
        urlOf("postgres:", "postgresql:"),
      ),
    )
    .addOption(
      option("--redis-url <url>", "JWARE_REDIS_URL", "Redis for sessions, limits and the bus").argParser(
        urlOf("redis:", "rediss:"),
      ),
    )
    .addOption(
      option("--cors-origins <list>", "JWARE_CORS_ORIGINS", "origins that browsers may call from")
        .argParser(listOf)
        .default([], "none"),
    )
    .addOption(
      option("--log-level <level>", "JWARE_LOG_LEVEL", "least severe line to log")
        .choices(["trace", "debug", "info", "warn", "error"])
        .default("warn"),
    )
    .addOption(
      option("--sim-seed <seed>", "JWARE_SIM_SEED", "seed of the simulated feed")
        .argParser(integerIn(0, 0xffff_ffff))
        .default(42),
    )
    .addOption(
      option("--sim-rate <ticks>", "JWARE_SIM_RATE", "ticks per second of the simulated feed")
        .argParser(integerIn(1, 100_000))
        .default(60),
    )
    .addOption(
      option("--replay-speed <factor>", "JWARE_REPLAY_SPEED", "speed of a replay, 1 = as recorded")
        .argParser(positiveNumber)
        .default(1),
    )
    .addOption(
      option("--binance-rest <url>", "JWARE_BINANCE_REST", "base address of the REST API")
        .argParser(urlOf("http:", "https:"))
        .default("https://api.binance.com"),
    )
    .addOption(
      option("--binance-stream <url>", "JWARE_BINANCE_STREAM", "base address of the stream")
        .argParser(urlOf("ws:", "wss:"))
        .default("wss://stream.binance.com:9443"),
    )
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)");
}

/**
 * Reads the options. An unknown option or bad value ends the process with one sentence and exit code 1 (commander's own
 * way), `--help` with 0; a test passes `exitOverride` and gets a CommanderError instead.
 */
export function readConfig(args: readonly string[], exitOverride = false): Config {
  const command = makeCommand();
  if (exitOverride) command.exitOverride().configureOutput({ writeErr: () => undefined });
  command.parse([...args], { from: "user" });
  const options = command.opts();
  // DATABASE_URL and REDIS_URL are what hosting platforms set: taken where ours are absent.
  const databaseUrl: string | undefined = options.databaseUrl ?? process.env.DATABASE_URL;
  const redisUrl: string | undefined = options.redisUrl ?? process.env.REDIS_URL;
  return {
    httpPort: options.httpPort,
    wsPort: options.wsPort,
    host: options.host,
    dataDir: resolve(options.dataDir),
    feed: readFeed(options as FeedTexts & typeof options),
    symbols: options.symbols,
    ack: options.ack,
    edges: options.edges,
    journal: {
      segmentBytes: options.segmentBytes,
      reserveBytes: options.journalReserveMib * 2 ** 20,
      ...(options.journalArchive === undefined ? {} : { archiveDir: resolve(options.journalArchive) }),
      snapshotEveryRecords: options.snapshotRecords,
      snapshotEveryMs: options.snapshotSeconds * 1000,
    },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
    corsOrigins: options.corsOrigins,
    logLevel: options.logLevel,
  };
}

interface FeedTexts {
  readonly feed: string;
  readonly simSeed: number;
  readonly simRate: number;
  readonly replaySpeed: number;
  readonly binanceRest: string;
  readonly binanceStream: string;
}

function readFeed(options: FeedTexts): FeedChoice {
  const { feed } = options;
  if (feed === "simulated") return { kind: "simulated", seed: options.simSeed, ticksPerSecond: options.simRate };
  if (feed === "binance") return { kind: "binance", restBase: options.binanceRest, streamBase: options.binanceStream };
  if (feed === "none") return { kind: "none" };
  return { kind: "replay", file: resolve(feed.slice("replay:".length)), speed: options.replaySpeed };
}
