/** Headless Chromium for tests: the machine's own, with nothing that talks to the network on its own account. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PATHS = [process.env.JWARE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where a browser is; undefined where there is none. */
export const chromiumPath = (): string | undefined => PATHS.find((path) => path !== undefined && existsSync(path));

export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("no Chromium: install it, or name it in JWARE_CHROMIUM");
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}
