import { Type as TypeBox } from "typebox";
import { describe, expect, it } from "vitest";
import { Type } from "./json-shape.js";

/** The same shape, by whoever's words. */
const shapeBy = (words: typeof Type) => {
  const inner = words.Object(
    {
      text: words.String({ minLength: 1, description: "a text" }),
      maybe: words.Optional(words.Integer({ minimum: 0 })),
      either: words.Union([words.Literal("x"), words.Literal(7), words.Literal(true, { description: "yes" }), words.Null()]),
    },
    { additionalProperties: false },
  );
  return words.Object({
    inner,
    none: words.Object({}),
    allMayBeAbsent: words.Object({ one: words.Optional(words.Boolean()) }),
    list: words.Array(words.Number(), { maxItems: 3 }),
    pair: words.Tuple([words.String(), words.Boolean()], { description: "two" }),
    byName: words.Record(words.String(), words.Number(), { description: "figures" }),
    fewer: words.Omit(inner, ["text"]),
    own: words.Unsafe<"a" | "b">({ type: "string", enum: ["a", "b"] }),
    nothing: words.Optional(words.Union([words.Null(), inner])),
  });
};

describe("words of shapes", () => {
  it("are all held against TypeBox's", () => {
    const used = new Set<string | symbol>();
    const watched = new Proxy(Type, {
      get: (words, word, receiver) => {
        used.add(word);
        return Reflect.get(words, word, receiver);
      },
    });
    shapeBy(watched);
    expect([...used].sort()).toEqual(Object.keys(Type).sort());
  });

  it("make the JSON Schema that TypeBox makes", () => {
    expect(JSON.parse(JSON.stringify(shapeBy(Type)))).toEqual(JSON.parse(JSON.stringify(shapeBy(TypeBox))));
  });

  it("leave a shape that is optional somewhere required elsewhere", () => {
    const text = Type.String();
    const shape = Type.Object({ maybe: Type.Optional(text), always: text });
    expect(shape).toMatchObject({ required: ["always"] });
  });

  it("refuse a record of some names only", () => {
    expect(() => Type.Record(Type.Union([Type.Literal("a")]), Type.Number())).toThrow(TypeError);
    expect(() => Type.Record(Type.String({ pattern: "a" }), Type.Number())).toThrow(TypeError);
  });
});
