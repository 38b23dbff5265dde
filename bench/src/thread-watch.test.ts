import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Child } from "./child.js";
import { threadState, ThreadWatch } from "./thread-watch.js";

it("reads a state behind a name that holds parentheses", () => {
  expect(threadState("71 (a) b (c) S 1 71 0")).toBe("S");
});

it.runIf(process.platform === "linux")("sees who is at work and who is not", async () => {
  const child = new Child(process.execPath, ["-e", 'console.log("begins"); for (;;);']);
  try {
    await child.line(/begins/);
    const name = readFileSync(`/proc/${child.pid}/comm`, "utf8").trim();
    const shareOf = async () => {
      const watch = ThreadWatch.of(child.pid, name);
      await watch?.during(() => new Promise((resolve) => setTimeout(resolve, 50)));
      return watch?.share;
    };
    expect(await shareOf()).toBe(1);
    child.pause();
    while (threadState(readFileSync(`/proc/${child.pid}/stat`, "utf8")) !== "T")
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await shareOf()).toBe(0);
    expect(() => ThreadWatch.of(child.pid, "jware-none")).toThrow("has no thread jware-none");
  } finally {
    await child.stop();
  }
});
