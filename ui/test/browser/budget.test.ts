/**
 * What the page does under 10,000 market messages a second. Counts are tested; times are printed, because a busy machine must
 * not decide a test.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ScriptedVenue } from "../venue/scripted-venue.js";
import { chromiumPath, launchChromium } from "./chromium.js";
import { openTerminal, untilFresh } from "./terminal-page.js";

const uiDir = join(import.meta.dirname, "../../dist");
const missing = chromiumPath() === undefined || !existsSync(join(uiDir, "index.html"));
const SECONDS = 8;

describe.skipIf(missing)("a fast market", () => {
  it("is conflated to one batch per frame, and every message is decoded", async () => {
    const browser = await launchChromium();
    const venue = new ScriptedVenue({ uiDir, ratePerS: 100 });
    try {
      const { page } = await openTerminal(browser, await venue.start());
      await untilFresh(page);
      await page.waitForTimeout(1500);
      venue.burst(10_000);
      await page.waitForTimeout(500);
      const before = await page.evaluate(() => {
        window.__jware.reset();
        return window.__jware.decodedCount;
      });
      await page.waitForTimeout(SECONDS * 1000);
      const probe = await page.evaluate(() => ({ ...window.__jware, reset: undefined }));
      const decodedPerS = (probe.decodedCount - before) / SECONDS;
      console.log(
        `decoded ${decodedPerS.toFixed(0)}/s, frames ${probe.frameCount}, batches ${probe.batchCount}, late ${probe.lateFrameCount}, ` +
          `worst frame ${probe.frameGapMsMax.toFixed(0)} ms, apply mean ${(probe.applyMsTotal / probe.batchCount).toFixed(2)} max ${probe.applyMsMax.toFixed(1)} ms, ` +
          `draw mean ${(probe.drawMsTotal / probe.frameCount).toFixed(2)} max ${probe.drawMsMax.toFixed(1)} ms, long tasks ${probe.longTaskCount}`,
      );
      expect(probe.batchCount).toBeLessThanOrEqual(probe.frameCount + 1);
      expect(probe.gapCount).toBe(0);
      expect(decodedPerS).toBeGreaterThan(1000);
    } finally {
      await browser.close();
      await venue.stop();
    }
  });
});
