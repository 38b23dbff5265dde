import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inFolder } from "./run-folder.js";

const fill = (folder: string): void => writeFileSync(join(folder, "client.log"), "");

it("is gone after a sound run", async () => {
  let used = "";
  const report = await inFolder("test", async (folder) => {
    used = folder;
    fill(folder);
    return { broken: [], kills: 3 };
  });
  expect(report).toEqual({ broken: [], kills: 3, folder: undefined });
  expect(existsSync(used)).toBe(false);
});

it("is kept and named where something was broken", async () => {
  const { folder = "" } = await inFolder("test", async (each) => {
    fill(each);
    return { broken: ["an order is lost"] };
  });
  expect(existsSync(join(folder, "client.log"))).toBe(true);
  rmSync(folder, { recursive: true });
});

it("is kept and named by the error where the run did not end", async () => {
  let used = "";
  const run = inFolder("test", async (folder) => {
    used = folder;
    fill(folder);
    throw new Error("the last start failed");
  });
  await expect(run).rejects.toThrow(/^the last start failed\n.* in /);
  await expect(run).rejects.toThrow(used);
  expect(existsSync(join(used, "client.log"))).toBe(true);
  rmSync(used, { recursive: true });
});
