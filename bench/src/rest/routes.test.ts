import { expect, it } from "vitest";
import { AnswerClock, warmUpOf } from "./routes.js";

it("counts a rate from the first answer, however long that took", () => {
  const clock = new AnswerClock();
  for (const atMs of [900, 910, 920, 930]) clock.answered(atMs);
  expect(clock.perSecond).toBe(100);
});

it("asks every server as much before the first round, however many routes it has", () => {
  expect([7, 2].map((routeCount) => warmUpOf(1_500, routeCount, 7))).toEqual([1_500, 5_250]);
  expect([7, 2].map((routeCount) => warmUpOf(1_500, routeCount, 7) * routeCount)).toEqual([10_500, 10_500]);
  expect(warmUpOf(375, 2, 2)).toBe(375);
});
