import { fastify } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { Type } from "./json-shape.js";
import { lazyShapes } from "./lazy-shapes.js";

const apps: ReturnType<typeof makeApp>[] = [];
const makeApp = () => fastify({ schemaController: { compilersFactory: lazyShapes() } });

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const appWith = (body: object, answer: object = {}) => {
  const app = makeApp();
  apps.push(app);
  app.post("/", { schema: { body, response: { 200: answer } } }, async (request) => request.body);
  return app;
};
const one = Type.Object({ count: Type.Integer() }, { additionalProperties: false });

describe("shapes that are compiled when they are needed", () => {
  it("judge every request as they would have at once, and say what is wrong", async () => {
    const app = appWith(one, one);
    for (const _ of [1, 2]) {
      expect((await app.inject({ method: "POST", url: "/", payload: { count: 1 } })).json()).toEqual({ count: 1 });
      const refused = await app.inject({ method: "POST", url: "/", payload: { count: "x" } });
      expect(refused.statusCode).toBe(400);
      expect(refused.json()).toMatchObject({ message: "body/count must be integer" });
    }
  });

  it("give of an answer what its shape has", async () => {
    const app = appWith(Type.Object({ count: Type.Integer() }), Type.Object({ count: Type.Integer() }));
    expect((await app.inject({ method: "POST", url: "/", payload: { count: 1, secret: 2 } })).json()).toEqual({ count: 1 });
  });

  it.each([
    ["a body", { type: "no such type" }, {}],
    ["an answer", {}, { type: "no such type" }],
  ])(
    "let the server start with one of %s that cannot be compiled, and fail the request that needs it",
    async (_, body, given) => {
      const app = appWith(body, given);
      await app.ready();
      const { statusCode, payload } = await app.inject({ method: "POST", url: "/", payload: {} });
      expect(statusCode).toBe(500);
      expect(payload).toContain("schema is invalid");
    },
  );
});
