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
