import { expect, it } from "vitest";
import { freeWindowCount, longTaskCount } from "./page.js";

const tasks = (...durations: readonly number[]) => ({ longTasks: durations.map((durationMs) => ({ startMs: 0, durationMs })) });

it("counts the tasks that are too long, and says none where there is none", () => {
  expect(longTaskCount(tasks())).toBe(0);
  expect(longTaskCount(tasks(50, 51, 300))).toBe(2);
});

it("counts the windows without any", () => {
  const windows = [tasks(300, 60), tasks(), tasks(50)].map((probe) => ({ probe }));
  expect(freeWindowCount(windows)).toBe(2);
  expect(freeWindowCount([{ probe: tasks(51) }])).toBe(0);
});
