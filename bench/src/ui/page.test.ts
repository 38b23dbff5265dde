import { expect, it } from "vitest";
import { isGoalMet } from "../figure.js";
import { longTaskCount, longTaskFigure } from "./page.js";

const tasks = (...durations: readonly number[]) => ({ longTasks: durations.map((durationMs) => ({ startMs: 0, durationMs })) });

it("counts the tasks that are too long, and says none where there is none", () => {
  expect(longTaskCount(tasks())).toBe(0);
  expect(longTaskCount(tasks(50, 51, 300))).toBe(2);
});

it("wants none in the median window: one window without any is not enough, and one with some does not spoil it", () => {
  const isMet = (isJudged: boolean, ...windows: readonly ReturnType<typeof tasks>[]) =>
    isGoalMet(
      longTaskFigure(
        "page",
        windows.map((probe) => ({ probe })),
        isJudged,
        { n: 180 },
      ),
    );
  expect(isMet(true, tasks(), tasks(90), tasks(60))).toBe(false);
  expect(isMet(true, tasks(), tasks(90))).toBe(false);
  expect(isMet(true, tasks(), tasks(90, 60, 70), tasks(50))).toBe(true);
  expect(isMet(false, tasks(), tasks())).toBe(undefined);
});
