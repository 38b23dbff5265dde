/**
 * Two kinds of tests. `unit`: everything that needs no browser, files in parallel, each in a process of its own (the native
 * core is one per process). `browser`: the terminal in headless Chromium, one file after the other.
 *
 * Tests run the TypeScript of their own package and the compiled `dist/` of the others, as the platform itself does.
 */
import { defineConfig } from "vitest/config";

const NEVER = ["**/node_modules/**", "**/dist/**", "**/target/**"];
const BROWSER = "**/test/browser/**/*.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx,mjs}"],
          exclude: [...NEVER, BROWSER],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: [BROWSER],
          exclude: NEVER,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
