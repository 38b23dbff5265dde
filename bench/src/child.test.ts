import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Child } from "./child.js";
import { threadState } from "./thread-watch.js";

it("gives the line of a number among those that come from now on", async () => {
  const source = 'let n = 0; process.stdin.on("data", () => { n += 1; console.log("n " + n); });';
  const child = new Child(process.execPath, ["-e", source], { isAsked: true });
  try {
    expect(await child.ask("?")).toBe("n 1");
    const second = child.laterLine(/^n (\d)$/, 2);
    for (const answer of ["n 2", "n 3", "n 4"]) expect(await child.ask("?")).toBe(answer);
    expect((await second)[1]).toBe("3");
  } finally {
    await child.stop();
  }
  await expect(child.laterLine(/never/, 1)).rejects.toThrow("ended with");
});

it("waits for nobody who is silent, and says what for", async () => {
  const child = new Child(process.execPath, ["-e", 'process.stdin.resume(); console.log("once");'], { isAsked: true });
  try {
    await child.line(/once/);
    await expect(child.line(/twice/, 20)).rejects.toThrow("/twice/ was not printed in 20 ms");
    await expect(child.laterLine(/once/, 1, 20)).rejects.toThrow("/once/ was not printed in 20 ms");
    await expect(child.ask("?", 20)).rejects.toThrow("an answer was not printed in 20 ms");
  } finally {
    await child.stop();
  }
  expect((await child.line(/o(.)ce/))[1]).toBe("n");
  await expect(child.ask("?")).rejects.toThrow(/^ended with -1 before an answer/);
});

it.runIf(process.platform === "linux")(
  "stands still until it is let go on, and hears of its end also where it stands",
  async () => {
    const source =
      'process.on("SIGTERM", () => process.exit(7)); process.stdin.on("data", () => console.log("heard")); console.log("ready");';
    const child = new Child(process.execPath, ["-e", source], { isAsked: true });
    const state = () => threadState(readFileSync(`/proc/${child.pid}/stat`, "utf8"));
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await child.line(/ready/);
    child.pause();
    await until(() => state() === "T");
    const answer = child.ask("?");
    child.resume();
    expect(await answer).toBe("heard");
    child.pause();
    await until(() => state() === "T");
    expect(await child.stop()).toBe(7);
  },
);
