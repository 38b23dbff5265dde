import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Child } from "./child.js";

it("gives the last line that matches, and waits for one where there is none yet", async () => {
  const child = new Child(process.execPath, [
    "-e",
    'setTimeout(() => console.log("n 1\\nn 2\\nother"), 50); setTimeout(() => 0, 5e3);',
  ]);
  try {
    const pattern = /^n (\d)$/;
    expect((await child.lastLine(pattern))[1]).toBe("1");
    await child.line(/other/);
    expect((await child.lastLine(pattern))[1]).toBe("2");
  } finally {
    await child.stop();
  }
});

it.runIf(process.platform === "linux")(
  "stands still until it is let go on, and hears of its end also where it stands",
  async () => {
    const source =
      'process.on("SIGTERM", () => process.exit(7)); process.stdin.on("data", () => console.log("heard")); console.log("ready");';
    const child = new Child(process.execPath, ["-e", source], { isAsked: true });
    const state = () => / \(.*\) (\S)/s.exec(readFileSync(`/proc/${child.pid}/stat`, "utf8"))?.[1];
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
