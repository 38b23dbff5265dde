import { afterEach, expect, it } from "vitest";
import { readConfig } from "./config.js";

const touched = ["JWARE_HTTP_PORT", "DATABASE_URL", "JWARE_DATABASE_URL"];
afterEach(() => {
  for (const name of touched) delete process.env[name];
});

const messageOf = (args: readonly string[]): string => {
  try {
    readConfig(args, true);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

it("has the documented defaults", () => {
  const config = readConfig([], true);
  expect(config).toMatchObject({ httpPort: 8080, wsPort: 8081, host: "127.0.0.1", ack: "durable", edges: 1, symbols: [] });
  expect(config.feed).toEqual({ kind: "simulated", seed: 42, ticksPerSecond: 60 });
  expect(config.databaseUrl).toBeUndefined();
});

it("takes options from the environment, and the command line before it", () => {
  process.env.JWARE_HTTP_PORT = "9000";
  expect(readConfig([], true).httpPort).toBe(9000);
  expect(readConfig(["--http-port", "9001"], true).httpPort).toBe(9001);
  process.env.DATABASE_URL = "postgres://elsewhere/jware";
  expect(readConfig([], true).databaseUrl).toBe("postgres://elsewhere/jware");
  process.env.JWARE_DATABASE_URL = "postgres://ours/jware";
  expect(readConfig([], true).databaseUrl).toBe("postgres://ours/jware");
});

it.each([
  [["--http-port", "80800"], "--http-port"],
  [["--ws-port", "8081x"], "--ws-port"],
  [["--feed", "kraken"], "--feed"],
  [["--feed", "replay:"], "--feed"],
  [["--ack", "maybe"], "--ack"],
  [["--segment-bytes", "4096"], "--segment-bytes"],
  [["--segment-bytes", "5000"], "multiple of 512"],
  [["--edges", "0"], "--edges"],
  [["--symbols", "A,,B"], "--symbols"],
  [["--database-url", "mysql://x"], "--database-url"],
  [["--redis-url", "nonsense"], "--redis-url"],
  [["--replay-speed", "-1"], "--replay-speed"],
  [["--no-such-thing"], "--no-such-thing"],
  [["surplus"], "too many arguments"],
])("refuses %j by name", (args, name) => {
  expect(messageOf(args)).toContain(name);
});

it("reads a replay's file and speed", () => {
  const { feed } = readConfig(["--feed", "replay:/a/b.gz", "--replay-speed", "2.5"], true);
  expect(feed).toEqual({ kind: "replay", file: "/a/b.gz", speed: 2.5 });
});
