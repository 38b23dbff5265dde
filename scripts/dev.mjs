// `npm run dev -- <options of npm start>`: builds on every change, and restarts the engine when its code changed.
//
// TypeScript and the terminal are watched by their own tools; Rust is rebuilt through the set-up, one build at a time. A build
// that fails leaves the running engine alone.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { bin, main, ROOT, SetupError } from "./root.mjs";
import { setup } from "./setup.mjs";
import { ADDON, NEEDS, STEPS } from "./steps.mjs";

/** Changes come in bursts; one restart answers a burst. */
const SETTLE_MS = 250;
const say = (text) => process.stdout.write(`[dev] ${text}\n`);

await main(() => setup(NEEDS.start));
const children = new Set();
let engine = startEngine();
let isStopping = false;

start(process.execPath, [bin("tsc"), "-b", "engine", "--watch", "--preserveWatchOutput"]);
start(
  process.execPath,
  [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--watch", "--logLevel", "warn"],
  join(ROOT, "ui"),
);

const restart = settled(async () => {
  say("restarting the engine");
  const old = engine;
  const ended = new Promise((resolve) => (old.exitCode === null ? old.once("exit", resolve) : resolve()));
  old.kill("SIGTERM");
  await ended;
  if (!isStopping) engine = startEngine();
});
const rebuild = settled(async () => {
  try {
    await setup([STEPS.native]);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  }
});

for (const folder of ["schemas/dist", "core-native/dist", "feed/dist", "engine/dist"]) {
  watch(join(ROOT, folder), { recursive: true }, (_, name) => name?.endsWith(".js") && restart());
}
watch(join(ROOT, "core-native"), (_, name) => ADDON.endsWith(`/${name}`) && restart());
for (const crate of ["core", "journal", "wire", "node"]) {
  watch(join(ROOT, "core-native", crate), { recursive: true }, (_, name) => /\.(rs|toml)$/.test(name ?? "") && rebuild());
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    isStopping = true;
    for (const child of children) child.kill("SIGTERM");
  });
}

function startEngine() {
  const child = start(process.execPath, [join(ROOT, "engine/dist/main.js"), ...process.argv.slice(2)]);
  child.once("exit", (code) => {
    if (!isStopping && code !== 0 && code !== null)
      say(`the engine ended with code ${code}; it starts again after the next change`);
  });
  return child;
}

function start(command, args, cwd = ROOT) {
  // A group of its own: Ctrl-C reaches this process alone, which then ends each child once.
  const child = spawn(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], detached: true });
  children.add(child);
  child.once("exit", () => {
    children.delete(child);
    if (isStopping && children.size === 0) process.exit(0);
  });
  return child;
}

/** Calls once per burst of calls, and never twice at the same time. */
function settled(action) {
  let timer;
  let running = Promise.resolve();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(action);
    }, SETTLE_MS);
  };
}
