import { expect, it } from "vitest";
import { barsOf, figureOf } from "./figure.js";
import { runSuite } from "./suite.js";

const RUN = { isQuick: false };
const check = (name: string, passed: boolean) => ({ name, passed, detail: "" });

it("keeps no figure and no chart of a part whose check failed, nor of one that threw", async () => {
  const part = (name: string, passed: boolean) => async () => ({
    figures: [figureOf(name, "us", [1])],
    charts: [barsOf(name, "us", [[name, [1]]])],
    checks: [check(name, passed)],
  });
  const parts = { right: part("right", true), wrong: part("wrong", false), broken: () => Promise.reject(new Error("no port")) };
  const asked = ["right", "wrong", "broken"];
  const {
    figures,
    charts,
    checks,
    parts: ran,
    notAsked,
  } = await runSuite("some", { ...parts, other: part("other", true) }, asked, 1, RUN);
  expect(figures.map(({ name }) => name)).toEqual(["right"]);
  expect(charts.map(({ title }) => title)).toEqual(["right"]);
  expect(checks).toEqual([
    { ...check("right", true), part: "right" },
    { ...check("wrong", false), part: "wrong" },
    { ...check("broken", false), part: "broken", detail: "no port" },
  ]);
  expect(figures.map(({ part }) => part)).toEqual(["right"]);
  expect(ran).toEqual(asked);
  expect(notAsked).toEqual(["other"]);
});
