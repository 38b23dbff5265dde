/** The page as a person meets it: sign in, read, click, press. Tests speak in these words. */
import type { Browser, Page } from "playwright-core";

export interface Opened {
  readonly page: Page;
  /** What the page complained of: errors of scripts and of the content policy. Refused requests are not among them. */
  readonly complaints: string[];
}

export async function openTerminal(
  browser: Browser,
  address: string,
  size: { width: number; height: number } = { width: 1280, height: 720 },
  hash = "#ticket=once-only",
): Promise<Opened> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  await page.goto(`${address}/${hash}`);
  return { page, complaints };
}

/** Waits until data is fresh and the book is drawn. */
export async function untilFresh(page: Page): Promise<void> {
  await page.waitForSelector("[data-testid=feed-age]");
  await page.waitForFunction(() => document.querySelector("[data-testid=last]")?.textContent !== "—");
}

export const armed = (page: Page): Promise<string | null> => page.locator(".header .arm").getAttribute("aria-pressed");

/** Presses the mouse on the ladder, so many rows from the middle: below 0 in the bid column, above in the ask column. */
export async function clickLadder(page: Page, rows: number, button: "left" | "right" | "middle" = "left"): Promise<void> {
  const box = await page.locator(".ladder canvas").boundingBox();
  if (box === null) throw new Error("the ladder is not on the page");
  const y = box.y + (Math.floor(Math.floor(box.height / 18) / 2) - rows) * 18 + 9;
  const x = rows < 0 ? box.x + 60 : box.x + box.width - 60;
  // Rest there first: the grid stands still once the pointer is inside.
  await page.mouse.move(x, y);
  await page.waitForTimeout(350);
  await page.mouse.click(x, y, { button });
}

/** Where on the page an own order's line can be taken in the chart; looks from top to bottom for the pointer that says so. */
export async function lineInChart(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  const box = await page.locator(".chart-box").boundingBox();
  if (box === null) throw new Error("the chart is not on the page");
  const x = box.x + box.width / 2;
  for (let y = box.y + 30; y < box.y + box.height * 0.95; y += 3) {
    await page.mouse.move(x, y);
    const cursor = await page.evaluate(
      ([atX, atY]) => {
        const element = document.elementFromPoint(atX ?? 0, atY ?? 0);
        for (let at = element; at !== null; at = at.parentElement)
          if (getComputedStyle(at).cursor === "ns-resize") return "ns-resize";
        return "";
      },
      [x, y],
    );
    if (cursor === "ns-resize") return { x, y };
  }
  throw new Error("no line of an order is in the chart");
}

export const orderStates = (page: Page): Promise<string[]> => page.locator(".orders .row .state").allTextContents();
