import { expect, it, vi } from "vitest";
import { Child } from "../child.js";
import { conflatedDuring } from "./slow-subscriber.js";

it("takes for a run's only what was conflated in it, not what was told late of the run before, or was on its way", async () => {
  const source = `
    const told = [1, 4, 5, 5, 7, 9, 9];
    const tell = () => console.log("21 sockets, " + told.shift() + " times conflated, 0 closed as slow");
    process.stdin.on("data", tell);`;
  const edge = new Child(process.execPath, ["-e", source], { isAsked: true });
  try {
    await edge.ask("in the middle of the run before");
    let end: (() => void) | undefined;
    const during = conflatedDuring(edge, () => new Promise<void>((resolve) => (end = resolve)));
    for (const line of ["on its way", "of the run before"]) await edge.ask(line);
    await vi.waitUntil(() => end !== undefined);
    await edge.ask("in the middle of the run");
    end?.();
    for (const line of ["on its way", "of the run", "later"]) await edge.ask(line);
    expect((await during)[0]).toBe(4);
  } finally {
    await edge.stop();
  }
});
