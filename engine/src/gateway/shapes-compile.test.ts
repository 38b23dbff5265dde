/** The real gateway with compilers that compile every shape of every route at the start: what a real start leaves to requests. */
import { afterAll, expect, it, vi } from "vitest";
import { Fixture } from "./test/fixture.js";

const made = vi.hoisted(() => ({ count: 0 }));

vi.mock("./when-first-asked.js", () => ({
  whenFirstAsked: (make: () => unknown) => {
    const value = make();
    made.count += 1;
    return () => value;
  },
}));

let fixture: Fixture | undefined;
afterAll(() => fixture?.close());

it("every shape of every route can be compiled", async () => {
  fixture = await Fixture.start();
  // Bodies, queries and parameters, and the answers of each.
  expect(made.count).toBeGreaterThan(130);
});
