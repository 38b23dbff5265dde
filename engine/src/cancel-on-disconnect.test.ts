/**
 * Cancel-on-disconnect over the end of the process: killed, killed again while the start cancels, stopped. The real process, the
 * real socket.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JournalWalk } from "@jware/core-native";
import { logonFrame, logoutFrame } from "@jware/schemas/client-frames";
import { AccountSnapshot, InstrumentList, ServerBody } from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, it } from "vitest";
import { orderFrame, Side, WireClient } from "./edge/test/wire-client.js";
import { PAPER_ACCOUNT } from "./paper-account.js";
import { processesNaming } from "./test/platform-process.js";
import { within } from "./torture/driver-child.js";
import { PlatformChild } from "./torture/platform-child.js";
import { call } from "./torture/rest.js";

const TEST_MS_MAX = 180_000;
/** One that is held at a point does not stop. */
const STOP_MS_MAX = 30_000;
const WAIT = { timeout: 60_000 };

let dataDir: string;
let platform: PlatformChild | undefined;

beforeEach(() => {
  dataDir = realpathSync(mkdtempSync(join(tmpdir(), "jware-disconnect-")));
});
afterEach(async () => {
  // Not by SIGKILL: a platform that is killed leaves its database behind.
  platform?.signal("SIGTERM");
  if (platform !== undefined) await within(platform.ended, STOP_MS_MAX);
  await platform?.kill();
  expect(processesNaming(dataDir)).toEqual([]);
  rmSync(dataDir, { recursive: true, force: true });
});

const launch = (ack: string, failpoint?: string): PlatformChild => {
  const args = ["--feed", "simulated", "--symbols", "BTC-USD", "--sim-rate", "2", "--ack", ack];
  const env = failpoint === undefined ? {} : { JWARE_FAILPOINT: failpoint };
  platform = new PlatformChild({ dataDir, httpPort: 0, wsPort: 0, args }, env);
  return platform;
};

async function start(ack: string): Promise<PlatformChild> {
  const child = launch(ack);
  expect(await child.ready(), child.output).toBe(true);
  return child;
}

const apiKey = (): string => JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8")).apiKey;

async function logOn(child: PlatformChild, cancelOnDisconnect: boolean): Promise<WireClient> {
  const client = await WireClient.open(child.socketPort, "orders");
  client.send(logonFrame({ apiKey: apiKey() }, { cancelOnDisconnect }));
  await client.awaitKind(ServerBody.AccountSnapshot);
  return client;
}

/** A buy that nobody sells at. */
async function place(client: WireClient, clOrdId: string): Promise<void> {
  const list = (await client.awaitKind(ServerBody.InstrumentList)).body(new InstrumentList()) as InstrumentList;
  const instrument = list.instruments(0)?.instrument() ?? 0;
  client.send(orderFrame({ account: PAPER_ACCOUNT, instrument, clOrdId, side: Side.Buy, qty: 100, price: 1_000 }));
  await client.until("the order", () => client.executions().find((each) => each.clOrdId() === clOrdId));
}

async function openOrders(child: PlatformChild): Promise<readonly (string | null | undefined)[]> {
  const client = await logOn(child, false);
  const snapshot = (await client.awaitKind(ServerBody.AccountSnapshot)).body(new AccountSnapshot()) as AccountSnapshot;
  client.close();
  return Array.from({ length: snapshot.ordersLength() }, (_, index) => snapshot.orders(index)?.clOrdId()).sort();
}

/** How many commands of a kind are on disk. */
function journalled(kind: string): number {
  const walk = new JournalWalk({ dir: join(dataDir, "journal"), decode: true });
  while (!walk.step(10_000).isEnded);
  return walk.report().kinds.find(({ name }) => name === kind)?.records ?? 0;
}

/** What ended with its connection, as the database has it. */
async function disconnected(child: PlatformChild): Promise<readonly string[]> {
  const { body } = await call(Number(new URL(child.page).port), "GET", "executions?account=PAPER-1", { token: apiKey() });
  const rows = body.executions as readonly { clOrdId: string; execType: string; reason: string }[];
  const ended = rows.filter(({ execType, reason }) => execType === "canceled" && reason === "disconnect");
  return ended.map(({ clOrdId }) => clOrdId).sort();
}

it.each(["durable", "memory"])(
  "ends what asked for it, once, and leaves the rest (%s)",
  { timeout: TEST_MS_MAX },
  async (ack) => {
    const first = await start(ack);
    const [one, two, plain, leaving] = [
      await logOn(first, true),
      await logOn(first, true),
      await logOn(first, false),
      await logOn(first, true),
    ];
    await place(one, "asked-1");
    await place(two, "asked-2");
    await place(plain, "not-asked");
    await place(leaving, "kept");
    leaving.send(logoutFrame(true));
    expect(await leaving.awaitClosed()).toMatchObject({ code: 1000 });
    // In memory mode an answer is no promise that it is on disk.
    if (ack === "memory") await expect.poll(() => journalled("SetCancelOnDisconnect"), WAIT).toBe(4);
    await first.kill();
    expect(["SetCancelOnDisconnect", "NewOrder", "MassCancel"].map(journalled)).toEqual([4, 4, 0]);

    // Killed between the two cancels of the start, when the first is on disk.
    const second = launch(ack, "hub.applied:2:stop");
    await second.passed;
    await expect.poll(() => journalled("MassCancel"), WAIT).toBe(1);
    await second.kill();
    expect(journalled("MassCancel")).toBe(1);

    const third = await start(ack);
    expect(await openOrders(third)).toEqual(["kept", "not-asked"]);
    await expect.poll(() => disconnected(third), WAIT).toEqual(["asked-1", "asked-2"]);
    expect(journalled("MassCancel")).toBe(2);
    await place(await logOn(third, true), "asked-3");
    expect((await third.end("SIGTERM")).code).toBe(0);

    const fourth = await start(ack);
    expect(await openOrders(fourth)).toEqual(["kept", "not-asked"]);
    await expect.poll(() => disconnected(fourth), WAIT).toEqual(["asked-1", "asked-2", "asked-3"]);
    expect(journalled("MassCancel")).toBe(3);
  },
);
