import { BookState, Side } from "@jware/schemas/wire";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PASSWORD, ScriptedVenue } from "../venue/scripted-venue.js";
import { chromiumPath, launchChromium } from "./chromium.js";
import { armed, clickLadder, lineInChart, openTerminal, orderStates, untilFresh } from "./terminal-page.js";

const uiDir = join(import.meta.dirname, "../../dist");
const missing =
  chromiumPath() === undefined ? "no Chromium" : existsSync(join(uiDir, "index.html")) ? "" : "the page is not built";
if (missing !== "") console.log(`The terminal's browser tests are skipped: ${missing}.`);

describe.skipIf(missing !== "")("the terminal in a browser", () => {
  let browser: Browser;
  let venue: ScriptedVenue;
  let address: string;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    venue = new ScriptedVenue({ uiDir, ratePerS: 40 });
    address = await venue.start();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await venue.stop();
  });

  const open = async (size?: { width: number; height: number }) => {
    const opened = await openTerminal(browser, address, size);
    await untilFresh(opened.page);
    return opened;
  };

  /** A market whose best prices stand still, so that resting orders rest. */
  const freeze = (): void => {
    venue.ratePerS = 0;
  };

  /** A page that is armed and has bought 0.0500 by keys. */
  const openWithPosition = async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.keyboard.press("2");
    await page.keyboard.press("x");
    await page.waitForSelector("[data-testid=position]");
    return page;
  };

  it("signs in by name and password, tells a wrong one, and signs out", async () => {
    const { page } = await openTerminal(browser, address, undefined, "");
    await page.fill("[name=username]", "trader");
    await page.fill("[name=password]", "wrong");
    await page.click("button[type=submit]");
    await page.waitForFunction(() => document.querySelector(".problem")?.textContent?.includes("wrong"));
    await page.fill("[name=password]", PASSWORD);
    await page.keyboard.press("Enter");
    await untilFresh(page);
    await page.reload();
    await untilFresh(page);
    await page.getByLabel("Settings").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForSelector("form[aria-label='Sign in']");
  });

  it("signs in once by the link, and the ticket leaves the address bar", async () => {
    const { page } = await open();
    expect(page.url()).not.toContain("ticket");
    const second = await openTerminal(browser, address, undefined, "#ticket=once-only");
    await second.page.waitForFunction(() => (document.querySelector(".problem")?.textContent ?? "") !== "");
  });

  it("shows the market without a complaint of the content policy", async () => {
    const { page, complaints } = await open();
    await page.waitForTimeout(1000);
    expect(await page.locator(".watch-row").count()).toBe(4);
    const probe = await page.evaluate(() => ({ ...window.__jware, reset: undefined }));
    expect(probe.decodedCount).toBeGreaterThan(20);
    expect(probe.gapCount).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("has 25 ladder rows and six order rows at 1280x720", async () => {
    const { page } = await open();
    const ladder = await page.locator(".ladder canvas").boundingBox();
    const rows = await page.locator(".rows-body").boundingBox();
    expect(Math.floor((ladder?.height ?? 0) / 18)).toBeGreaterThanOrEqual(25);
    expect(Math.floor((rows?.height ?? 0) / 20)).toBeGreaterThanOrEqual(6);
  });

  it.each([
    [1280, 720],
    [1920, 1080],
    [390, 844],
  ])("fits %ix%i without scrolling the page or hiding the kill switch", async (width, height) => {
    const { page } = await open({ width, height });
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).toEqual([
      width,
      height,
    ]);
    const kill = await page.locator(".header .kill").boundingBox();
    expect(kill).not.toBeNull();
    expect((kill?.x ?? 0) + (kill?.width ?? 0)).toBeLessThanOrEqual(width);
  });

  it("sends nothing while disarmed: a click in the book only fills the price", async () => {
    const { page } = await open();
    freeze();
    await clickLadder(page, -4);
    await page.keyboard.press("q");
    expect(venue.requestCount).toBe(0);
    expect(await page.locator(".refusal").first().textContent()).toContain("Disarmed");
    const price = await page.inputValue("#ticket-price");
    const market = venue.markets.get(1);
    expect(Number(price) * 100).toBeLessThanOrEqual(market?.bestBid() ?? 0);
  });

  it("places, shows, amends and cancels from ladder and blotter", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.keyboard.press("1");
    await clickLadder(page, -5);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "● working");
    const [order] = venue.account.orders.values();
    expect(order).toMatchObject({ side: Side.Buy, orderLots: 100 });
    await page.getByRole("button", { name: "Amend" }).click();
    await page.getByLabel("New quantity").fill("0.0200");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".orders .row")?.textContent?.includes("/ 0.0200"));
    await clickLadder(page, -5, "right");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "– canceled");
    expect(venue.account.orders.size).toBe(0);
  });

  it("drags an order's line in the chart to another price, leaves it by Escape, and opens its row by a click", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.keyboard.press("1");
    await clickLadder(page, -3);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "● working");
    const priceOf = () => [...venue.account.orders.values()][0]?.priceTicks;
    const before = priceOf() ?? 0;
    const { x, y } = await lineInChart(page);

    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 4 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(priceOf()).toBe(before);
    expect(await armed(page)).toBe("true");

    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(priceOf).not.toBe(before);
    expect(priceOf()).toBeLessThan(before);
    const text = ((priceOf() ?? 0) / 100).toFixed(2);
    await page.waitForFunction((price) => document.querySelector(".orders .row")?.textContent?.includes(price), text);

    const moved = await lineInChart(page);
    await page.mouse.click(moved.x, moved.y);
    await page.waitForSelector("form[aria-label='Amend order']");
  });

  it("does not send a click under which the ladder moved", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    const box = await page.locator(".ladder canvas").boundingBox();
    if (box === null) throw new Error("the ladder is not on the page");
    await page.mouse.move(box.x + 60, box.y + 400);
    await page.waitForTimeout(300);
    await page.mouse.down();
    await page.keyboard.press("PageUp");
    await page.mouse.wheel(0, -200);
    await page.mouse.up();
    await page.waitForSelector(".ladder .refusal");
    expect(await page.locator(".ladder .refusal").textContent()).toContain("moved");
    expect(venue.requestCount).toBe(0);
  });

  it("trades by keys, shows the position with its result, and flattens while disarmed", async () => {
    const page = await openWithPosition();
    expect(await page.locator("[data-testid=position]").textContent()).toContain("+0.0500");
    await page.keyboard.press("F2");
    expect(await armed(page)).toBe("false");
    await page.keyboard.press("Shift+F");
    await page.waitForSelector("[data-testid=position]", { state: "detached" });
  });

  it("shows both legs of a hedging account, says what closes one, and closes it alone", async () => {
    venue.account.hedges = true;
    const page = await openWithPosition();
    await page.keyboard.press("z");
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=position]").length === 2);
    expect(await page.locator("[data-testid=position]").allTextContents()).toEqual([
      expect.stringContaining("+0.0500"),
      expect.stringMatching(/[-−]0\.0500/),
    ]);
    expect(await page.locator(".ticket .check").allTextContents()).toContainEqual(expect.stringContaining("buys close Short"));
    await page.getByRole("tab", { name: /Positions/ }).click();
    const rows = page.locator("[aria-label=Positions] .row");
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining("Long"), expect.stringContaining("Short")]);
    await rows.filter({ hasText: "Short" }).getByRole("button", { name: "Flatten" }).click();
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=position]").length === 1);
    expect(await page.locator("[data-testid=position]").textContent()).toContain("+0.0500");
  });

  it("shows a refusal with its figures and takes the way out", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.fill("#ticket-qty", "90");
    await page.click(".ticket .send");
    // Worth more than the confirmation limit: the numbers are on the button.
    await page.locator("dialog.confirm .send").click();
    const card = page.locator(".ticket .refusal");
    await card.waitFor();
    const text = (await card.textContent()) ?? "";
    for (const part of ["506 INSUFFICIENT_FUNDS", "limit", "would be", "headroom", "1,000,000.00 USD"])
      expect(text).toContain(part);
    await card.getByRole("button", { name: /Set qty/ }).click();
    expect(Number(await page.inputValue("#ticket-qty"))).toBeLessThan(16);
    expect((await orderStates(page))[0]).toContain("506");
    expect(await page.locator(".status-line").textContent()).toContain("506 INSUFFICIENT_FUNDS");
    expect(await page.locator("[data-testid=announcement]").textContent()).toContain("refused");
  });

  it("sends a stop from the ticket, shows it waiting, moves its trigger and cancels it", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.selectOption("#ticket-type", "stop");
    const above = (by: number) => (((venue.markets.get(1)?.bestAsk() ?? 0) + by) / 100).toFixed(2);
    await page.fill("#ticket-qty", "0.0100");
    await page.fill("#ticket-trigger", above(50_000));
    expect(await page.locator(".ticket .send").textContent()).toContain(`stop ${above(50_000)}`);
    await page.click(".ticket .send");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "◷ waiting");
    expect(await page.locator(".orders .row").first().textContent()).toContain(`▷ ${above(50_000)}`);
    await page.getByRole("button", { name: "Amend" }).click();
    await page.getByLabel("New trigger price").fill(above(60_000));
    await page.keyboard.press("Enter");
    await page.waitForFunction((text) => document.querySelector(".orders .row")?.textContent?.includes(text), above(60_000));
    await page.locator(".orders .row .cancel").click();
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "– canceled");
  });

  it("sends an entry with both exits as a bracket, whose one exit ends the other", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.selectOption("#ticket-type", "market");
    await page.fill("#ticket-qty", "0.0100");
    await page.locator(".ticket .more summary").click();
    await page.getByLabel("Take-profit +").fill("300");
    await page.getByLabel("Stop-loss −").fill("300");
    await page.click(".ticket .send");
    await page.waitForFunction(() => document.querySelectorAll(".orders .row").length === 3);
    await page.waitForFunction(() => document.querySelectorAll(".orders .row")[2]?.textContent?.includes("✓ filled"));
    expect((await orderStates(page)).sort()).toEqual(["◷ waiting", "● working", "✓ filled"].sort());
    await page.locator(".orders .row .cancel").first().click();
    await page.waitForFunction(() => document.querySelectorAll(".orders .row .cancel").length === 0);
    expect((await orderStates(page)).filter((state) => state.startsWith("– canceled"))).toHaveLength(2);
  });

  it("locks new risk when the line falls silent, and comes back by itself", async () => {
    const { page } = await open();
    await page.keyboard.press("F2");
    expect(await armed(page)).toBe("true");
    venue.mute(true);
    await page.waitForSelector("[data-testid=lock]");
    expect(await armed(page)).toBe("false");
    await page.keyboard.press("F2");
    expect(await armed(page)).toBe("false");
    const before = venue.requestCount;
    await page.keyboard.press("q");
    await page.keyboard.press("e");
    await page.waitForTimeout(200);
    expect(venue.requestCount - before).toBe(1);
    venue.mute(false);
    await page.waitForSelector("[data-testid=feed-age]");
    expect(await armed(page)).toBe("false");
  });

  it("locks when the venue's book is stale, names the reason, and unlocks when it is synced", async () => {
    const { page } = await open();
    venue.setBookState(1, BookState.Stale);
    await page.waitForSelector(".chip.stale");
    expect(await page.locator(".chip.stale").textContent()).toContain("stale");
    venue.setBookState(1, BookState.Synced);
    await page.waitForSelector("[data-testid=feed-age]");
  });

  it("mends a gap in the book by itself", async () => {
    const { page } = await open();
    venue.skipDelta(1);
    await page.waitForFunction(() => window.__jware.gapCount === 1);
    await page.waitForSelector("[data-testid=feed-age]");
    await page.waitForFunction(() => document.querySelector("[data-testid=seq]")?.textContent?.includes("1 gap mended"));
  });

  it("reconnects after a cut and reconciles: what worked still works, what was never answered is cleared up", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.keyboard.press("1");
    await clickLadder(page, -6);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "● working");
    venue.deaf = true;
    await clickLadder(page, -7);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "◌ sending");
    const asked: string[] = [];
    page.on("request", (request) => request.url().includes("/bars?") && asked.push(request.url()));
    venue.cut();
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.includes("unknown"));
    venue.deaf = false;
    await page.waitForSelector("[data-testid=feed-age]");
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".orders .row .state")].some((cell) => cell.textContent?.includes("never reached")),
    );
    expect(await orderStates(page)).toContain("● working");
    expect(await armed(page)).toBe("false");
    // The bars that were missed: asked for once, however often the line tells how it is.
    await page.waitForTimeout(1_000);
    expect(asked.filter((url) => !url.includes("&to="))).toHaveLength(1);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Light" }).click();
    await page.waitForTimeout(200);
    expect(asked.filter((url) => !url.includes("&to="))).toHaveLength(1);
  });

  it("kills by two presses: the account is halted, orders are gone, new ones are locked; an admin releases", async () => {
    const { page } = await open();
    freeze();
    await page.keyboard.press("F2");
    await page.keyboard.press("1");
    await clickLadder(page, -6);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent === "● working");
    await page.focus("#ticket-qty");
    await page.keyboard.press("Control+Backquote");
    expect(venue.account.orders.size).toBe(1);
    await page.keyboard.press("Control+Backquote");
    await page.waitForSelector(".halted-chip");
    expect(venue.account.orders.size).toBe(0);
    await page.click(".header .arm");
    expect(await armed(page)).toBe("false");
    venue.role = "admin";
    await page.reload();
    await page.waitForSelector(".halted-chip button");
    await page.click(".halted-chip button");
    await page.waitForSelector(".halted-chip", { state: "detached" });
  });

  it("switches interval and instrument, and disarms with the instrument", async () => {
    const { page } = await open();
    await page.keyboard.press("F2");
    await page.getByRole("button", { name: "5m", exact: true }).click();
    expect(await armed(page)).toBe("true");
    await page.keyboard.press("Control+k");
    await page.getByLabel("Symbol or name").fill("eur");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".header .symbol")?.textContent?.includes("EUR-USD"));
    expect(await armed(page)).toBe("false");
    await untilFresh(page);
    expect(await page.locator(".bar-legend b").textContent()).toBe("EUR-USD");
  });

  it.each([
    ["in the bar on top", { width: 1280, height: 720 }],
    ["in a phone's menu", { width: 390, height: 844 }],
  ])("offers every account of the user %s, and disarms with the account", async (_where, size) => {
    venue.emptyAccounts = [{ id: 1002, name: "DESK-1" }];
    const { page } = await open(size);
    await page.locator(".header .arm").click();
    expect(await armed(page)).toBe("true");
    if (size.width < 600) {
      await page.getByRole("button", { name: "More" }).click();
      await page.getByLabel("Settings").click();
    }
    const choice = page.getByLabel("Account", { exact: true });
    expect(await choice.locator("option").allTextContents()).toEqual([venue.account.name, "DESK-1"]);
    await choice.selectOption({ label: "DESK-1" });
    expect([await choice.inputValue(), await armed(page)]).toEqual(["1002", "false"]);
    const isWithin = () =>
      document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight;
    expect(await page.evaluate(isWithin)).toBe(true);
  });

  it("keeps theme and colours over a reload, and arms nobody", async () => {
    const { page } = await open();
    await page.keyboard.press("F2");
    await page.getByLabel("Settings").click();
    await page.getByRole("button", { name: "Light" }).click();
    await page.getByRole("button", { name: /Blue up/ }).click();
    await page.reload();
    await untilFresh(page);
    expect(await page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.dataset.pair])).toEqual([
      "light",
      "blue-orange",
    ]);
    expect(await armed(page)).toBe("false");
  });

  it("works on a phone: a tap opens the ticket, the next ones arm and send", async () => {
    const { page } = await open({ width: 390, height: 844 });
    freeze();
    await page.locator(".sides-bar .buy").click();
    await page.locator(".sheet .send").click();
    expect(await armed(page)).toBe("true");
    expect(venue.requestCount).toBe(0);
    await page.locator(".sheet .send").click();
    await page.waitForTimeout(300);
    expect(venue.requestCount).toBe(1);
  });
});
