import { expect, it } from "vitest";
import { longTaskCount } from "./page.js";

it("counts the tasks that are too long, and says none where there is none", () => {
  const tasks = (...durations: readonly number[]) => ({ longTasks: durations.map((durationMs) => ({ startMs: 0, durationMs })) });
  expect(longTaskCount(tasks())).toBe(0);
  expect(longTaskCount(tasks(50, 51, 300))).toBe(2);
});
