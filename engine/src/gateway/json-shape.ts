/**
 * What shapes of REST are written with: TypeBox's words and types, and plain JSON Schema for what they make.
 *
 * TypeBox's own functions come in seven hundred modules, which every start would read for the dozen that are used here: they took more
 * of a start than Fastify. Its types cost nothing. `json-shape.test.ts` holds each word against TypeBox's own.
 */
import type { Type as TypeBox } from "typebox";

type Schema = Record<string, unknown>;
interface ObjectSchema extends Schema {
  readonly properties: Readonly<Record<string, Schema>>;
}

/** Properties that may be absent; it is no part of a schema of JSON. */
const optional = new WeakSet<Schema>();

/** A schema of an object, of which all is required that is not optional. */
function objectOf(properties: ObjectSchema["properties"], options?: Schema): ObjectSchema {
  const required = Object.keys(properties).filter((name) => !optional.has(properties[name] ?? {}));
  return { type: "object", ...(required.length === 0 ? {} : { required }), properties, ...options };
}

function without({ properties }: ObjectSchema, names: readonly string[], options?: Schema): ObjectSchema {
  return objectOf(Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name))), options);
}

function optionalOf(schema: Schema): Schema {
  const copy = { ...schema };
  optional.add(copy);
  return copy;
}

/** Of any names: names of some form are not asked for here, and would have to be told apart. */
function recordOf(names: Schema, values: Schema, options?: Schema): Schema {
  if (names.type !== "string" || Object.keys(names).length > 1) throw new TypeError("only records of whatever names can be made");
  return { type: "object", patternProperties: { "^.*$": values }, ...options };
}

const made = {
  Array: (items: Schema, options?: Schema) => ({ type: "array", items, ...options }),
  Boolean: (options?: Schema) => ({ type: "boolean", ...options }),
  Integer: (options?: Schema) => ({ type: "integer", ...options }),
  Literal: (value: string | number | boolean, options?: Schema) => ({ type: typeof value, const: value, ...options }),
  Null: (options?: Schema) => ({ type: "null", ...options }),
  Number: (options?: Schema) => ({ type: "number", ...options }),
  Object: objectOf,
  Omit: without,
  Optional: optionalOf,
  Record: recordOf,
  String: (options?: Schema) => ({ type: "string", ...options }),
  Tuple: (items: readonly Schema[], options?: Schema) => ({
    ...{ type: "array", additionalItems: false, items, minItems: items.length },
    ...options,
  }),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Unsafe: (schema: Schema) => schema,
};

/** TypeBox's words; what they make is JSON and nothing else. */
export const Type = made as unknown as Pick<typeof TypeBox, keyof typeof made>;

export type { Static, TSchema } from "typebox";
