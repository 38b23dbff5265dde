/** A headless Chromium, where one is installed: `scripts/bench.mjs` looks for it as the tests do, and names it. */
import { type Browser, chromium } from "playwright-core";
import { onInterrupt } from "../ending.js";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Undefined where there is none. Whoever opens it closes it; an interrupted run does so, too. */
export async function openBrowser(): Promise<{ readonly browser: Browser; readonly close: () => Promise<void> } | undefined> {
  const executablePath = process.env.JWARE_CHROMIUM;
  if (executablePath === undefined) return undefined;
  // Its own handlers would end this process at once, and leave the engines.
  const own = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await chromium.launch({ executablePath, args: FLAGS, ...own });
  const takeBack = onInterrupt(() => browser.close());
  const close = async () => {
    takeBack();
    await browser.close();
  };
  return { browser, close };
}
