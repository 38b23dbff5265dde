/**
 * `npx tsx ui/test/screenshots.ts <folder>`: the page in its sizes, themes and scenes over the scripted venue, to be looked at.
 */
import { Side, BookState } from "@jware/schemas/wire";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "./browser/chromium.js";
import { ScriptedVenue } from "./venue/scripted-venue.js";

const folder = process.argv[2] ?? "screenshots";
const only = process.argv[3] ?? "";
mkdirSync(folder, { recursive: true });

const SCENES: readonly {
  name: string;
  width: number;
  height: number;
  theme: string;
  pair: string;
  act: (page: Page, venue: ScriptedVenue) => Promise<void>;
}[] = [
  { name: "720-dark", width: 1280, height: 720, theme: "dark", pair: "green-red", act: trade },
  { name: "720-light", width: 1280, height: 720, theme: "light", pair: "green-red", act: trade },
  { name: "720-dark-blue", width: 1280, height: 720, theme: "dark", pair: "blue-orange", act: trade },
  { name: "720-refused", width: 1280, height: 720, theme: "dark", pair: "green-red", act: refuse },
  { name: "720-linked", width: 1280, height: 720, theme: "dark", pair: "green-red", act: linked },
  { name: "720-stale", width: 1280, height: 720, theme: "dark", pair: "green-red", act: stale },
  { name: "720-down", width: 1280, height: 720, theme: "dark", pair: "green-red", act: down },
  { name: "720-halted", width: 1280, height: 720, theme: "dark", pair: "green-red", act: halt },
  { name: "720-risk", width: 1280, height: 720, theme: "dark", pair: "green-red", act: risk },
  { name: "720-keys", width: 1280, height: 720, theme: "dark", pair: "green-red", act: keys },
  { name: "720-positions", width: 1280, height: 720, theme: "light", pair: "blue-orange", act: positions },
  { name: "1080-dark", width: 1920, height: 1080, theme: "dark", pair: "green-red", act: trade },
  { name: "1080-light", width: 1920, height: 1080, theme: "light", pair: "blue-orange", act: trade },
  { name: "phone-dark", width: 390, height: 844, theme: "dark", pair: "green-red", act: phoneTrade },
  { name: "phone-light-book", width: 390, height: 844, theme: "light", pair: "green-red", act: phoneBook },
  { name: "phone-sheet", width: 390, height: 844, theme: "dark", pair: "green-red", act: phoneSheet },
  { name: "phone-orders", width: 390, height: 844, theme: "dark", pair: "green-red", act: phoneOrders },
];

const browser = await launchChromium();
const uiDir = join(import.meta.dirname, "../dist");
for (const scene of SCENES.filter(({ name }) => name.includes(only))) {
  const venue = new ScriptedVenue({ uiDir, ratePerS: 80 });
  const address = await venue.start();
  const page = await browser.newPage({ viewport: { width: scene.width, height: scene.height } });
  page.on("console", (message) => message.type() === "error" && console.log(scene.name, message.text()));
  page.on("pageerror", (error) => console.log(scene.name, error.message));
  await page.addInitScript(
    ([theme, pair]) => localStorage.setItem("jware.settings", JSON.stringify({ version: 1, theme, pair })),
    [scene.theme, scene.pair],
  );
  if (scene.name === "720-dark") {
    await page.goto(address);
    await page.waitForSelector("form");
    await page.screenshot({ path: join(folder, "sign-in.png") });
  }
  await page.goto(`${address}/#ticket=once-only`);
  await page.waitForSelector("[data-testid=last]", { state: "attached" });
  await page.waitForTimeout(1800);
  await scene.act(page, venue);
  await page.waitForTimeout(700);
  await page.screenshot({ path: join(folder, `${scene.name}.png`) });
  await page.close();
  await venue.stop();
}
await browser.close();

/** A position, some resting orders, one canceled, in arms. */
async function trade(page: Page, venue: ScriptedVenue): Promise<void> {
  await page.keyboard.press("F2");
  await page.keyboard.press("3");
  await page.keyboard.press("x");
  await page.waitForTimeout(300);
  await page.keyboard.press("2");
  await rest(page, -5);
  await rest(page, -9);
  await rest(page, 6);
  await rest(page, 8);
  await page.waitForTimeout(300);
  await page.locator(".orders .cancel").first().click();
  await page.waitForTimeout(200);
  venue.deaf = true;
  await rest(page, -3);
}

/** Clicks the ladder so many rows below (bid) or above (ask) the middle. */
async function rest(page: Page, rows: number): Promise<void> {
  const canvas = page.locator(".ladder canvas");
  const box = await canvas.boundingBox();
  if (box === null) return;
  const rowHeight = box.height > 700 ? 20 : 18;
  const y = box.y + (Math.floor(box.height / rowHeight / 2) - rows) * rowHeight + rowHeight / 2;
  await page.mouse.click(rows < 0 ? box.x + 40 : box.x + box.width - 40, y);
  await page.waitForTimeout(300);
}

async function refuse(page: Page, _venue: ScriptedVenue): Promise<void> {
  await page.keyboard.press("F2");
  await page.locator("#ticket-qty").fill("90");
  await page.locator(".ticket .send").click();
  await page.waitForTimeout(200);
  if (await page.locator("dialog.confirm[open]").isVisible()) await page.locator("dialog.confirm .send").click();
}

/** A bracket whose entry filled, a stop of its own, and the ticket with its fold open on the next one. */
async function linked(page: Page, venue: ScriptedVenue): Promise<void> {
  await page.keyboard.press("F2");
  await page.selectOption("#ticket-type", "market");
  await page.locator("#ticket-qty").fill("0.0500");
  await page.locator(".ticket .more summary").click();
  await page.getByLabel("Take-profit +").fill("12");
  await page.getByLabel("Stop-loss −").fill("9");
  await page.locator(".ticket .send").click();
  await page.waitForTimeout(400);
  await page.selectOption("#ticket-type", "stop-limit");
  const above = (by: number) => (((venue.markets.get(1)?.bestAsk() ?? 0) + by) / 100).toFixed(2);
  await page.locator("#ticket-trigger").fill(above(1500));
  await page.locator("#ticket-price").fill(above(1600));
  await page.locator(".ticket .send").click();
}

async function stale(page: Page, venue: ScriptedVenue): Promise<void> {
  await trade(page, venue);
  venue.setBookState(1, BookState.Stale);
}

async function down(page: Page, venue: ScriptedVenue): Promise<void> {
  await trade(page, venue);
  venue.wsTicketsRefused = true;
  venue.cut();
  await page.waitForTimeout(500);
}

async function halt(page: Page, venue: ScriptedVenue): Promise<void> {
  await trade(page, venue);
  venue.deaf = false;
  await page.keyboard.press("Control+Backquote");
  await page.keyboard.press("Control+Backquote");
}

async function risk(page: Page, venue: ScriptedVenue): Promise<void> {
  await halt(page, venue);
  await page.getByRole("tab", { name: /Risk/ }).click();
}

async function keys(page: Page): Promise<void> {
  await page.keyboard.press("?");
}

async function positions(page: Page, venue: ScriptedVenue): Promise<void> {
  await trade(page, venue);
  await page.getByRole("tab", { name: /Positions/ }).click();
}

async function phoneTrade(_page: Page, venue: ScriptedVenue): Promise<void> {
  const market = venue.markets.get(1);
  if (market === undefined) return;
  const order = {
    ...{ instrument: 1, ordType: 2, timeInForce: 1, lots: 500, triggerTicks: 0, trailTicks: 0, trailBps: 0 },
    ...{ displayLots: 0, expireMs: 0, postOnly: 0, reduceOnly: false },
  };
  venue.toOwner(venue.account.submit({ ...order, clOrdId: "p1", side: Side.Buy, ticks: market.bestAsk() }));
  venue.toOwner(venue.account.submit({ ...order, clOrdId: "p2", side: Side.Buy, ticks: market.bestBid() - 300 }));
  venue.toOwner(venue.account.submit({ ...order, clOrdId: "p3", side: Side.Sell, ticks: market.bestAsk() + 300 }));
}

async function phoneBook(page: Page, venue: ScriptedVenue): Promise<void> {
  await phoneTrade(page, venue);
  await page.getByRole("button", { name: "Book", exact: true }).last().click();
}

async function phoneSheet(page: Page, venue: ScriptedVenue): Promise<void> {
  await phoneTrade(page, venue);
  await page.locator(".sides-bar .buy").click();
}

async function phoneOrders(page: Page, venue: ScriptedVenue): Promise<void> {
  await phoneTrade(page, venue);
  await page.getByRole("button", { name: "Orders" }).click();
}
