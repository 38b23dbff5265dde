/**
 * The page against a running engine: `JWARE_URL` names its page, `JWARE_CREDENTIALS` its credentials.json. Skipped without them.
 * It trades a little and leaves the account flat and without orders.
 */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "./chromium.js";
import { armed, openTerminal, untilFresh } from "./terminal-page.js";

const url = process.env.JWARE_URL;
const credentials = process.env.JWARE_CREDENTIALS;
const missing = url === undefined || credentials === undefined || chromiumPath() === undefined;
if (missing)
  console.log("The page is not tried against an engine: JWARE_URL and JWARE_CREDENTIALS name none, or there is no Chromium.");

interface Credentials {
  readonly users: Readonly<Record<string, { readonly password: string }>>;
}

describe.skipIf(missing)("the terminal on a running engine", () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchChromium();
    ({ page, complaints } = await openTerminal(browser, url ?? "", undefined, ""));
    const { users } = JSON.parse(readFileSync(credentials ?? "", "utf8")) as Credentials;
    await page.fill("[name=username]", "trader");
    await page.fill("[name=password]", users.trader?.password ?? "");
    await page.keyboard.press("Enter");
    await untilFresh(page);
    // What an earlier run left behind.
    await page.keyboard.press("Shift+E");
  });
  afterAll(() => browser?.close());

  it("shows a live market, its bars and its book", async () => {
    const first = await page.evaluate(() => window.__jware.decodedCount);
    await page.waitForFunction((count) => window.__jware.decodedCount > count + 50, first);
    await page.waitForSelector(".bar-legend");
    expect(await page.locator(".chart-note").count()).toBe(0);
    expect(await page.locator(".row-step .num").textContent()).not.toBe("");
  });

  it("buys from the ask, shows fill, position and round trip, and flattens", async () => {
    await page.keyboard.press("F2");
    expect(await armed(page)).toBe("true");
    await page.keyboard.press("1");
    await page.keyboard.press("x");
    await page.waitForFunction(() => window.__jware.orderRttCount > 0);
    await page.waitForSelector("[data-testid=position]");
    await page.getByRole("tab", { name: "Fills" }).click();
    expect(await page.locator(".fills .row").count()).toBeGreaterThan(0);
    await page.getByRole("tab", { name: /Orders/ }).click();
    await page.keyboard.press("Shift+F");
    await page.waitForSelector("[data-testid=position]", { state: "detached" });
  });

  it("shows the engine's refusal with limit, value and headroom", async () => {
    await page.fill("#ticket-qty", "99");
    await page.click(".ticket .send");
    await page.locator("dialog.confirm .send").click();
    const card = page.locator(".ticket .refusal");
    await card.waitFor();
    const text = (await card.textContent()) ?? "";
    expect(text).toMatch(/50[26] \w+/);
    for (const part of ["limit", "would be", "headroom"]) expect(text).toContain(part);
    await card.getByRole("button", { name: /Set qty/ }).click();
  });

  it("finds its orders again after a reload", async () => {
    await page.locator(".presets button").first().click();
    const bid = Number(await page.inputValue("#ticket-price"));
    await page.fill("#ticket-price", (bid * 0.95).toFixed(2));
    await page.click(".ticket .send");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.startsWith("● working"));
    expect(await armed(page)).toBe("true");
    await page.reload();
    await untilFresh(page);
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.startsWith("● working"));
    await page.keyboard.press("Shift+E");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.includes("canceled"));
  });

  it("changes one's own password, and goes on trading", async () => {
    const { users } = JSON.parse(readFileSync(credentials ?? "", "utf8")) as Credentials;
    const old = users.trader?.password ?? "";
    const change = async (present: string, next: string, again = next) => {
      await page.fill("dialog.password [name=present]", present);
      await page.fill("dialog.password [name=new]", next);
      await page.fill("dialog.password [name=again]", again);
      await page.click("dialog.password [type=submit]");
    };
    const problem = page.locator("dialog.password .problem");
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Change password" }).click();
    await change(old, "short");
    await problem.filter({ hasText: "12 characters" }).waitFor();
    await change(old, "a new long password", "another long password");
    await problem.filter({ hasText: "twice alike" }).waitFor();
    await change("wrong", "a new long password");
    await problem.filter({ hasText: "present password" }).waitFor();
    const changed = page.locator("dialog.password .done").filter({ hasText: "was changed" });
    await change(old, "a new long password");
    await changed.waitFor();
    // Whoever runs this knows the password that was.
    await change("a new long password", old);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>("dialog.password [name=present]")?.value === "");
    await changed.waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await untilFresh(page);
    // The line was cut, which disarms.
    await page.keyboard.press("F2");
    expect(await armed(page)).toBe("true");
    await page.locator(".presets button").first().click();
    const bid = Number(await page.inputValue("#ticket-price"));
    await page.fill("#ticket-price", (bid * 0.95).toFixed(2));
    await page.click(".ticket .send");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.startsWith("● working"));
    await page.keyboard.press("Shift+E");
    await page.waitForFunction(() => document.querySelector(".orders .row .state")?.textContent?.includes("canceled"));
  });

  it("had nothing to complain of", () => {
    expect(complaints.filter((text) => !text.includes("Permissions-Policy"))).toEqual([]);
  });
});
