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
import { ROOT } from "../root.mjs";
import { adopt } from "../run.mjs";
import { bound } from "./proof.mjs";

/** As the rules promise: so fast is an order refused once there is no room. */
const REFUSED_MS_MAX = 100;
const RESUMED_MS_MAX = 5_000;
const READY_MS_MAX = 60_000;
const SEGMENT_MIB = 1;
const RESERVE_MIB = 2;
/** More than half a segment and the reserve hold: so many cancels of nothing must be answered, and be in the reserve by then. */
const CANCELS = 2_500;
/** A segment takes some 2,000 records that are synced one by one. */
const ORDERS_MAX = 12_000;
const AT_ONCE = 16;

export const options = { size: 12, rounds: 1, canary: "" };

export async function run({ size, rounds, canary }) {
  const reason = mountable();
  if (reason !== undefined) return { failures: 0, told: `SKIPPED: ${reason}`, skipped: reason };
  const complaints = [];
  const measured = [];
  for (let round = 1; round <= rounds; round += 1)
    measured.push(await fillOnce({ size, canary, complain: (text) => complaints.push(text) }));
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  const worst = (name) => Math.max(...measured.map((each) => each[name]));
  const told = `${rounds} times full: orders refused within ${worst("refused_ms")} ms, ${worst("cancels")} cancels meanwhile, resumed after ${worst("resumed_ms")} ms, ${measured.reduce((sum, each) => sum + each.acknowledged, 0)} acknowledged orders found again`;
  return { failures: complaints.length, told, complaints, measured, bound: { rounds: bound(rounds) } };
}

function mountable() {
  if (process.platform !== "linux") return "only Linux has tmpfs";
  return process.getuid() === 0 ? undefined : "only root may mount a tmpfs";
}

async function fillOnce({ size, canary, complain }) {
  const dataDir = mkdtempSync(join(tmpdir(), "jware-full-disk-"));
  const journal = join(dataDir, "journal");
  mkdirSync(journal);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}m`, "jware-full-disk", journal]);
  const expect = (is, text) => is || complain(text);
  let platform;
  let holder;
  try {
    platform = await start(dataDir, canary);
    const { body: book } = await platform.call("GET", "book?symbol=BTC-USD&depth=1");
    const price = (index) => (Number(book.bids[0][0]) * 0.95 - index * 0.01).toFixed(2);
    const order = (clOrdId, index) => ({
      account: "PAPER-1",
      clOrdId,
      symbol: "BTC-USD",
      side: "buy",
      ordType: "limit",
      timeInForce: "gtc",
      orderQty: "0.01",
      price: price(index),
    });
    const open = new Set();
    const place = async (clOrdId, index) => {
      const startMs = performance.now();
      const answer = await platform.call("POST", "orders", order(clOrdId, index));
      if (answer.status === 201) open.add(clOrdId);
      return { ...answer, ms: performance.now() - startMs };
    };
    const cancel = async (clOrdId) => {
      const answer = await platform.call("DELETE", `orders/${clOrdId}?account=PAPER-1`);
      if (answer.status === 200) open.delete(clOrdId);
      return answer;
    };
    for (let index = 0; index < 5; index += 1) await place(`resting-${index}`, index);
    holder = await holdOrder(platform, price(50));

    // Full, but for what is allocated already.
    const ballast = join(journal, "ballast");
    fill(ballast, journal);
    let acknowledged = open.size;
    let refused;
    for (let sent = 0; sent < ORDERS_MAX && refused === undefined; sent += AT_ONCE) {
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) => {
          const clOrdId = `fill-${sent + index}`;
          const answer = await place(clOrdId, 10 + index);
          if (answer.status === 201) await cancel(clOrdId);
          return answer;
        }),
      );
      acknowledged += answers.filter(({ status }) => status === 201).length;
      refused = answers.find(({ body }) => body?.rule === "STORAGE_FULL");
      const other = answers.find(({ status, body }) => status !== 201 && body?.rule !== "STORAGE_FULL");
      expect(other === undefined, `an order was answered ${other?.status} ${JSON.stringify(other?.body)}`);
      if (other !== undefined) break;
    }
    expect(refused !== undefined, `${ORDERS_MAX} orders on a full disk and none was refused`);
    expect(refused?.status === 503, `refused with status ${refused?.status}`);
    const later = [];
    for (let index = 0; index < 20; index += 1) later.push(await place(`late-${index}`, index));
    expect(
      later.every(({ body }) => body.rule === "STORAGE_FULL"),
      "an order was taken while there was no room",
    );
    const refusedMs = Math.ceil(Math.max(...later.map(({ ms }) => ms)));
    expect(refusedMs <= REFUSED_MS_MAX, `an order was refused after ${refusedMs} ms`);
    const replaced = await platform.call("PATCH", "orders/resting-0?account=PAPER-1", {
      clOrdId: "r-0",
      orderQty: "0.02",
      price: price(0),
    });
    expect(
      replaced.body?.rule === "STORAGE_FULL" || replaced.status === 404 || replaced.status === 405,
      `a replace was answered ${replaced.status} ${JSON.stringify(replaced.body)}`,
    );

    // What takes risk away works, and goes on working in the reserve.
    expect((await cancel("resting-1")).status === 200, "a cancel was refused");
    let cancels = 1;
    for (let sent = 0; sent < CANCELS; sent += AT_ONCE) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => cancel(`nothing-${sent + index}`)));
      cancels += answers.filter(({ status }) => status === 404 || status === 422).length;
    }
    expect(cancels > CANCELS, `${CANCELS - cancels + 1} cancels were not answered`);
    expect(!existsSync(join(journal, "reserve.jwj")), "the reserve was not used: this proves nothing of it");
    expect((await cancel("resting-2")).status === 200, "a cancel was refused on the reserve");
    holder.kill("SIGKILL");
    let held = true;
    for (let wait = 0; wait < 100 && held; wait += 1) {
      await sleep(50);
      const { body } = await platform.call("GET", "orders?account=PAPER-1&status=open");
      held = body.orders.some(({ clOrdId }) => clOrdId === "held");
    }
    expect(!held, "a lost connection did not cancel its order");
    const health = await (await fetch(`${platform.page}health/ready`)).json();
    const state = health.components.find(({ component }) => component === "journal")?.state;
    expect(state === "degraded", `the health says that the journal is ${state}`);
    const halted = await platform.call("POST", "accounts/PAPER-1/halt", {});
    expect(halted.status === 200, `a halt was answered ${halted.status} ${JSON.stringify(halted.body)}`);
    for (const { clOrdId } of (await platform.call("GET", "orders?account=PAPER-1&status=open")).body.orders)
      expect(false, `${clOrdId} outlived the halt`);
    open.clear();
    await platform.signIn("admin");
    expect((await platform.call("POST", "accounts/PAPER-1/release", {})).status === 200, "the account could not be released");
    await platform.signIn("trader");

    // Room.
    unlinkSync(ballast);
    const roomMs = performance.now();
    let resumed;
    for (let attempt = 0; resumed === undefined && performance.now() - roomMs < 2 * RESUMED_MS_MAX; attempt += 1) {
      const answer = await place(`again-${attempt}`, 1);
      if (answer.status === 201) resumed = Math.ceil(performance.now() - roomMs);
      else await sleep(20);
    }
    expect(resumed !== undefined && resumed <= RESUMED_MS_MAX, `orders were taken again after ${resumed ?? "never"} ms`);
    for (let index = 0; index < 50; index += 1) await place(`more-${index}`, index);
    acknowledged += open.size;

    await platform.end("SIGKILL");
    platform = await start(dataDir, canary);
    const found = new Set(
      (await platform.call("GET", "orders?account=PAPER-1&status=open&limit=500")).body.orders.map(({ clOrdId }) => clOrdId),
    );
    const missing = [...open].filter((clOrdId) => !found.has(clOrdId));
    const undead = [...found].filter((clOrdId) => !open.has(clOrdId));
    expect(missing.length === 0, `acknowledged and lost: ${missing.join(", ")}`);
    expect(undead.length === 0, `canceled and there again: ${undead.join(", ")}`);
    return { refused_ms: refusedMs, resumed_ms: resumed ?? -1, cancels, acknowledged };
  } catch (error) {
    complain(`${error.stack}\n${platform?.output() ?? ""}`);
    return { refused_ms: -1, resumed_ms: -1, cancels: 0, acknowledged: 0 };
  } finally {
    holder?.kill("SIGKILL");
    await platform?.end("SIGTERM");
    execFileSync("umount", [journal]);
    rmSync(dataDir, { recursive: true, force: true });
  }
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

async function start(dataDir, canary) {
  const reserve = canary === "no-reserve" ? 0 : RESERVE_MIB;
  const all = [
    "--data-dir",
    dataDir,
    "--http-port",
    "0",
    "--ws-port",
    "0",
    "--journal-segment-mib",
    SEGMENT_MIB,
    "--journal-reserve-mib",
    reserve,
  ];
  const child = spawn(process.execPath, [join(ROOT, "engine/dist/main.js"), ...all.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  adopt(child);
  let output = "";
  const page = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${output}`)), READY_MS_MAX);
    const look = (text) => {
      output += text;
      if (!output.includes("Ctrl-C stops")) return;
      clearTimeout(timer);
      resolve(/^ *Page +(\S+)/m.exec(output)?.[1]);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", look);
    child.once("exit", (code, signal) => reject(new Error(`ended with ${code ?? signal}: ${output}`)));
  });
  const { users } = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8"));
  let token = "";
  const call = async (method, path, body) => {
    const headers = {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const answer = await fetch(`${page}api/v1/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const signIn = async (username) => {
    token = "";
    token = (await call("POST", "session", { username, password: users[username].password })).body.accessToken;
  };
  const end = (signal) =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", resolve);
      child.kill(signal);
    });
  await signIn("trader");
  return { page, call, signIn, end, output: () => output, password: users.trader.password };
}

/** A program of its own that has an order and loses it with its connection; resolves when the order is in. */
async function holdOrder({ page, password }, price) {
  const source = `
    import { connect } from ${JSON.stringify(pathToFileURL(join(ROOT, "client/typescript/dist/index.js")).href)};
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
