/**
 * The entry of `npm start`: options, platform, start screen, signals. Exit code 0 after a stop, 78 where the data does not allow
 * a start, 1 after any other failure.
 */
import { readConfig } from "./config.js";
import { Platform } from "./platform.js";
import { startScreen } from "./start-screen.js";

/** The files do not say what was acknowledged, or not to this version: starting again does not help. */
const DATA_STOPS_START =
  /^(JRN_ERR_(CORRUPT|SEGMENT_MISSING|NO_SNAPSHOT|CORE_VERSION|ENGINE|FORMAT|BEHIND_WITNESS)|ENG_ERR_JOURNAL_COMMAND)\b/;
/** EX_CONFIG of sysexits.h: a supervisor should not start it again. */
const EXIT_DATA = 78;

/** A stop that takes longer ends the process by force. */
const STOP_MS_MAX = 4_800;

const startedMs = performance.now();
const config = readConfig(process.argv.slice(2));
const platform = new Platform(config, (error) => void end(1, `${error.code}: ${error.message}`));
let ending = false;

/** Stops everything and ends the process; a second call ends it at once. */
async function end(code: number, sentence?: string): Promise<void> {
  if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
  if (ending) process.exit(1);
  ending = true;
  setTimeout(() => {
    process.stderr.write("ENG_ERR_STOP: not everything stopped in time\n");
    process.exit(1);
  }, STOP_MS_MAX).unref();
  try {
    await platform.stop();
  } catch (error) {
    process.stderr.write(`ENG_ERR_STOP: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!ending) process.stdout.write("\n  Stopping ...\n");
    void end(0);
  });
}

try {
  const facts = await platform.start((step) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[2K  starting: ${step}`);
  });
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[2K");
  process.stdout.write(`${startScreen(config, facts, performance.now() - startedMs).join("\n")}\n`);
} catch (error) {
  const sentence = describe(error);
  await end(DATA_STOPS_START.test(sentence) ? EXIT_DATA : 1, sentence);
}

/** One sentence with a stable code; native errors carry theirs in the message. */
function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === "string" ? message : String(error);
  return typeof code === "string" && /^(ENG|FEED|JRN)_/.test(code) && !text.startsWith(code) ? `${code}: ${text}` : text;
}
