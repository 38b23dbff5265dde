/** The real gateway with Fastify's own compilers, which compile every shape of every route at the start: what a real start leaves to requests. */
import { AjvCompiler } from "@fastify/ajv-compiler";
import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import { afterAll, expect, it, vi } from "vitest";
import { Fixture } from "./test/fixture.js";

type Compile = (route: never) => unknown;
type Build = (...options: never[]) => Compile;

const seen = vi.hoisted(() => ({ bodies: 0, answers: 0 }));

vi.mock("./lazy-shapes.js", () => {
  const counting =
    (build: Build, what: keyof typeof seen): Build =>
    (...options) => {
      const compile = build(...options);
      return (route) => {
        seen[what] += 1;
        return compile(route);
      };
    };
  return {
    lazyShapes: () => ({
      buildValidator: counting(AjvCompiler() as unknown as Build, "bodies"),
      buildSerializer: counting(SerializerSelector() as unknown as Build, "answers"),
    }),
  };
});

let fixture: Fixture | undefined;
afterAll(() => fixture?.close());

it("every shape of every route can be compiled", async () => {
  fixture = await Fixture.start();
  expect(seen.bodies).toBeGreaterThan(30);
  expect(seen.answers).toBeGreaterThan(100);
});
