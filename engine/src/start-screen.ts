/** What a person sees at the start: where to go, what runs, where things are. */
import { relative } from "node:path";
import type { Config } from "./config.js";
import type { PlatformFacts } from "./platform.js";

/** The lines of the start screen. */
export function startScreen(config: Config, facts: PlatformFacts, readyMs: number): readonly string[] {
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  const page = `http://${host}:${facts.httpPort}/`;
  const ackWords =
    config.ack === "durable"
      ? "durable (an acknowledgement is on disk)"
      : "memory (the last milliseconds of acknowledgements can be lost with the process)";
  return [
    "",
    `  Jware Trader is ready in ${(readyMs / 1000).toFixed(1)} s`,
    "",
    `  Page        ${page}`,
    ...(facts.signInTicket === undefined ? [] : [`  Sign in     ${page}#ticket=${facts.signInTicket}   (once, as trader)`]),
    `  WebSocket   ws://${host}:${facts.wsPort}/v1/orders and /v1/market`,
    `  API         ${page}docs`,
    `  Feed        ${facts.feed}`,
    `  Acks        ${ackWords}`,
    `  Data        ${shorten(config.dataDir)}   (${facts.core.snapshotSeq > 0 ? `snapshot at ${facts.core.snapshotSeq}, ` : ""}${facts.core.replayedCount} commands replayed, ${facts.database} PostgreSQL)`,
    `  Passwords   ${shorten(facts.credentialsFile)}${facts.firstStart ? "   (made now: users admin and trader, account PAPER-1)" : ""}`,
    "",
    "  Ctrl-C stops.",
    "",
  ];
}

/** A path as it is shortest from where the user stands. */
function shorten(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== "" && fromHere.length < path.length ? fromHere : path;
}
