// The journal's disk runs full under a running platform: a tmpfs of some megabytes, a file that takes the rest, orders until there is
// no room for the next segment. Then: new orders are refused at once, everything that takes risk away works, also from the reserve;
// with room again, orders are taken by themselves; after a kill, nothing that was acknowledged is missing.
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { ROOT, SetupError } from "../root.mjs";
import { adopt } from "../run.mjs";
import { engineProof } from "./engine-proof.mjs";
import { bound, verdict } from "./proof.mjs";

/** As the rules promise: so fast is an order refused once there is no room. */
const REFUSED_MS_MAX = 100;
const RESUMED_MS_MAX = 5_000;
const SEGMENT_MIB = 1;
const RESERVE_MIB = 2;
/** More than half a segment takes, so that they come to the reserve. */
const CANCELS_MAX = 40_000;
/** More than two segments take. */
const ORDERS_MAX = 40_000;
const AT_ONCE = 8;

export const options = { size: 12, rounds: 1, canary: "" };

export async function run(given) {
  const reason = whyNot();
  if (reason !== undefined) throw new SetupError(`This proof cannot be made here: ${reason}.`);
  return prove(given, { ...(await engineProof("torture/platform-child.ts")), rest: await engineProof("torture/rest.ts") });
}

/** The proof itself, on what is built. `engine`: `PlatformChild` and `rest` of engine/src/torture. */
export async function prove({ size, rounds, canary }, engine) {
  const complaints = [];
  const delays = [];
  const measured = [];
  for (let round = 1; round <= rounds; round += 1)
    measured.push(
      await fillOnce(engine, { size, canary, complain: (text) => complaints.push(text), late: (text) => delays.push(text) }),
    );
  const worst = (name) => Math.max(...measured.map((each) => each[name]));
  const told = `${rounds} times full: orders refused within ${worst("refused_ms")} ms, ${worst("cancels")} cancels meanwhile, resumed after ${worst("resumed_ms")} ms, ${measured.reduce((sum, each) => sum + each.acknowledged, 0)} acknowledged orders found again`;
  return { ...verdict(complaints, delays), told, measured, bound: { rounds: bound(rounds) } };
}

/** Why the proof cannot be made here; undefined where it can. */
export function whyNot({ platform, getuid } = process) {
  if (platform !== "linux") return "only Linux has tmpfs";
  return getuid() === 0 ? undefined : "only root may mount a tmpfs";
}

const CLIENT = pathToFileURL(join(ROOT, "client/typescript/dist/index.js")).href;

/** `late` hears of what was right and slower than it should be: a busy machine's, or ours. */
async function fillOnce(engine, { size, canary, complain, late }) {
  const dataDir = mkdtempSync(join(tmpdir(), "jware-full-disk-"));
  const journal = join(dataDir, "journal");
  mkdirSync(journal);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}m`, "jware-full-disk", journal]);
  const expect = (is, text) => {
    if (!is) complain(text);
    return is;
  };
  const result = { refused_ms: -1, resumed_ms: -1, cancels: 0, acknowledged: 0 };
  let platform;
  let holder;
  let client;
  try {
    // Loaded here: the file is there only once everything was built.
    const { connect, OrderRefused } = await import(CLIENT);
    platform = await start(engine, dataDir, canary);
    client = await connect({ url: platform.page, username: "trader", password: platform.password });
    const { body: book } = await platform.call("GET", "book?symbol=BTC-USD&depth=1");
    const price = (index) => (Number(book.bids[0][0]) * 0.95 - index * 0.01).toFixed(2);
    const open = new Map();
    /** An order that was taken, or the rule that refused it. */
    const place = async (index) => {
      const startMs = performance.now();
      try {
        const order = await client.submit({
          symbol: "BTC-USD",
          side: "buy",
          ordType: "limit",
          orderQty: "0.01",
          price: price(index),
        });
        open.set(order.clOrdId, order);
        result.acknowledged += 1;
        return { order, ms: performance.now() - startMs };
      } catch (error) {
        if (!(error instanceof OrderRefused)) throw error;
        return { rule: error.rule, ms: performance.now() - startMs };
      }
    };
    /** The rule that refused it; none where it is canceled. */
    const cancel = async (order) => {
      try {
        await client.cancel(order);
        open.delete(order.clOrdId);
        return undefined;
      } catch (error) {
        if (!(error instanceof OrderRefused)) throw error;
        return error.rule;
      }
    };
    const together = (each) => Promise.all(Array.from({ length: AT_ONCE }, (_, index) => each(index)));
    const resting = [];
    for (let index = 0; index < 5; index += 1) resting.push((await place(index)).order);
    holder = await holdOrder(platform, price(50));

    // Full, but for what is allocated already.
    const ballast = join(journal, "ballast");
    fill(ballast, journal);
    let rule;
    let ended;
    for (let sent = 0; sent < ORDERS_MAX && rule === undefined; sent += AT_ONCE) {
      const answers = await together(async (index) => {
        const answer = await place(10 + index);
        if (answer.order !== undefined) {
          await cancel(answer.order);
          ended = answer.order;
        }
        return answer;
      });
      rule = answers.find((answer) => answer.rule !== undefined)?.rule;
    }
    expect(rule === "STORAGE_FULL", `after ${result.acknowledged} orders on a full disk one was refused as ${rule}`);
    const refused = [];
    for (let index = 0; index < 20; index += 1) refused.push(await place(index));
    expect(
      refused.every((answer) => answer.rule === "STORAGE_FULL"),
      "an order was taken while there was no room",
    );
    result.refused_ms = Math.ceil(Math.max(...refused.map(({ ms }) => ms)));
    if (result.refused_ms > REFUSED_MS_MAX) late(`an order was refused after ${result.refused_ms} ms`);
    const rest = {
      account: "PAPER-1",
      symbol: "BTC-USD",
      side: "buy",
      ordType: "limit",
      timeInForce: "gtc",
      orderQty: "0.01",
      price: price(1),
    };
    const answer = await platform.call("POST", "orders", { ...rest, clOrdId: "by-rest" });
    expect(answer.status === 503 && answer.body.rule === "STORAGE_FULL", `REST answered ${answer.status} ${answer.body.rule}`);
    const replaced = await client.replace(resting[0], { price: price(7) }).catch((error) => error.rule);
    expect(replaced === "STORAGE_FULL", "a replace was taken while there was no room");

    // What takes risk away works, and goes on working in the reserve.
    expect((await cancel(resting[1])) === undefined, "a cancel was refused");
    const isOnReserve = () => !existsSync(join(journal, "reserve.jwj"));
    while (result.cancels < CANCELS_MAX && !isOnReserve()) {
      const rules = await together(() => cancel(ended));
      const strange = rules.find((each) => each !== "ORDER_CLOSED" && each !== "UNKNOWN_ORDER");
      if (!expect(strange === undefined, `a cancel of an order that has ended was answered ${strange}`)) break;
      result.cancels += rules.length;
    }
    expect(isOnReserve(), `${result.cancels} cancels did not come to the reserve: this proves nothing of it`);
    expect((await cancel(resting[2])) === undefined, "a cancel was refused on the reserve");
    const isHeld = async () =>
      (await platform.call("GET", "orders?account=PAPER-1&status=open")).body.orders.some(({ clOrdId }) => clOrdId === "held");
    expect(await isHeld(), "the order of the other program is not there");
    holder.kill("SIGKILL");
    for (let wait = 0; wait < 50 && (await isHeld()); wait += 1) await sleep(100);
    expect(!(await isHeld()), "a lost connection did not cancel its order");
    let state;
    // It is looked at once a second.
    for (let wait = 0; wait < 50 && state !== "degraded"; wait += 1) {
      if (wait > 0) await sleep(100);
      const health = await (await fetch(`${platform.page}health/ready`)).json();
      state = health.components.find(({ component }) => component === "journal")?.state;
    }
    expect(state === "degraded", `the health says that the journal is ${state}`);
    await client.halt("the disk is full");
    const left = (await platform.call("GET", "orders?account=PAPER-1&status=open")).body.orders;
    expect(left.length === 0, `${left.map(({ clOrdId }) => clOrdId)} outlived the halt`);
    open.clear();
    await platform.signIn("admin");
    const released = await platform.call("POST", "accounts/PAPER-1/release", {});
    expect(released.status === 200, `a release was answered ${released.status}`);
    await platform.signIn("trader");

    // Room.
    unlinkSync(ballast);
    const roomMs = performance.now();
    while (result.resumed_ms < 0 && performance.now() - roomMs < 6 * RESUMED_MS_MAX) {
      if ((await place(1)).order !== undefined) result.resumed_ms = Math.ceil(performance.now() - roomMs);
      else await sleep(20);
    }
    expect(result.resumed_ms >= 0, "orders were not taken again once there was room");
    if (result.resumed_ms > RESUMED_MS_MAX) late(`orders were taken again ${result.resumed_ms} ms after there was room`);
    for (let index = 0; index < 50; index += 1) await place(index);

    await platform.end("SIGKILL");
    client.close();
    platform = await start(engine, dataDir, canary);
    const { body: after } = await platform.call("GET", "orders?account=PAPER-1&status=open&limit=500");
    const found = new Set(after.orders.map(({ clOrdId }) => clOrdId));
    const missing = [...open.keys()].filter((clOrdId) => !found.has(clOrdId));
    const undead = [...found].filter((clOrdId) => !open.has(clOrdId));
    expect(missing.length === 0, `acknowledged and lost: ${missing.join(", ")}`);
    expect(undead.length === 0, `canceled and there again: ${undead.join(", ")}`);
  } catch (error) {
    complain(`${error.stack}\n${platform?.output() ?? ""}`);
  } finally {
    client?.close();
    holder?.kill("SIGKILL");
    await platform?.end("SIGTERM");
    execFileSync("umount", [journal]);
    rmSync(dataDir, { recursive: true, force: true });
  }
  return result;
}

/** Takes all the room that there is. */
function fill(file, folder) {
  const fd = openSync(file, "w");
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(fd, block);
  } catch (error) {
    if (error.code !== "ENOSPC") throw error;
  } finally {
    closeSync(fd);
  }
  if (statfsSync(folder).bavail > 0) throw new Error("the disk is not full");
}

/** The platform on small files, and its REST as the trader or another of the first users. */
async function start({ PlatformChild, rest }, dataDir, canary) {
  const reserve = canary === "no-reserve" ? 0 : RESERVE_MIB;
  const args = ["--segment-bytes", String(SEGMENT_MIB * 2 ** 20), "--journal-reserve-mib", String(reserve)];
  const child = new PlatformChild({ dataDir, httpPort: 0, wsPort: 0, args });
  if (!(await child.ready())) throw new Error(`the platform did not start: ${child.output}`);
  const { page } = child;
  const httpPort = Number(new URL(page).port);
  const { users } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));
  let token = "";
  const call = (method, path, body) => rest.call(httpPort, method, path, { token, body });
  const signIn = async (username) => {
    token = await rest.signIn(httpPort, users[username]);
  };
  await signIn("trader");
  return { page, call, signIn, end: (signal) => child.end(signal), output: () => child.output, password: users.trader.password };
}

/** A program of its own that has an order and loses it with its connection; resolves when the order is in. */
async function holdOrder({ page, password }, price) {
  const source = `
    import { connect } from ${JSON.stringify(CLIENT)};
    const client = await connect({ url: ${JSON.stringify(page)}, username: "trader", password: ${JSON.stringify(password)}, cancelOnDisconnect: true });
    await client.submit({ symbol: "BTC-USD", side: "buy", ordType: "limit", orderQty: "0.01", price: ${JSON.stringify(price)}, clOrdId: "held" });
    console.log("held");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: ["ignore", "pipe", "inherit"] });
  adopt(child);
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`the program that holds an order ended with ${code}`)));
  });
  return child;
}
