import { expect, it } from "vitest";
import { Child } from "../child.js";
import { conflatedUntilNow } from "./slow-subscriber.js";

it("does not take what the edge told earlier, or had on its way, for how often somebody was conflated", async () => {
  const source = `
    const told = [1, 4, 9, 9];
    const tell = () => console.log("21 sockets, " + told.shift() + " times conflated, 0 closed as slow");
    process.stdin.on("data", tell);`;
  const edge = new Child(process.execPath, ["-e", source], { isAsked: true });
  try {
    await edge.ask("in the middle of a round");
    const times = conflatedUntilNow(edge);
    for (const line of ["on its way", "of now", "later"]) await edge.ask(line);
    expect(await times).toBe(9);
  } finally {
    await edge.stop();
  }
});
