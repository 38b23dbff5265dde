/**
 * Two kinds of tests. `unit` and `ui`: everything that needs no browser, files in parallel, each in a process of its own (the
 * native core is one per process). `ui-browser`: the terminal in headless Chromium, one file after the other.
 *
 * Tests run the TypeScript of their own package and the compiled `dist/` of the others, as the platform itself does.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,mjs}"],
          exclude: ["**/node_modules/**", "**/dist/**", "**/target/**", "ui/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      "./ui/vitest.config.ts",
      "./ui/vitest.browser.config.ts",
    ],
  },
});
