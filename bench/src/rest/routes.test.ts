import { expect, it } from "vitest";
import { AnswerClock } from "./routes.js";

it("counts a rate from the first answer, however long that took", () => {
  const clock = new AnswerClock();
  for (const atMs of [900, 910, 920, 930]) clock.answered(atMs);
  expect(clock.perSecond).toBe(100);
});
