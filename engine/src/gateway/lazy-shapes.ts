/**
 * Fastify's compilers of shapes, asked when a request first needs one and not at the start.
 *
 * Cost: compiling all of them takes as long as loading all modules of the gateway, which a start, and whoever waits for it after a
 * crash, would pay for routes that may never be asked. The first request of a route pays a few milliseconds instead. A shape that cannot
 * be compiled is found by a test (`shapes-compile.test.ts`), not by the start: it would fail each request, one for an answer after the
 * request was carried out.
 */
import { AjvCompiler } from "@fastify/ajv-compiler";
import { SerializerSelector } from "@fastify/fast-json-stringify-compiler";
import type { FastifyServerOptions } from "fastify";
import type { FastifyValidationResult } from "fastify/types/schema.js";
import { whenFirstAsked } from "./when-first-asked.js";

type Compilers = Required<NonNullable<NonNullable<FastifyServerOptions["schemaController"]>["compilersFactory"]>>;
type BuildValidator = ReturnType<typeof AjvCompiler>;
type Serialize = (document: unknown) => string;

export function lazyShapes(): Compilers {
  const buildValidator = AjvCompiler();
  const buildSerializer = SerializerSelector();
  return {
    // Its type asks for all that Ajv hangs on a function; Fastify calls it and reads `errors`.
    buildValidator: ((...options: Parameters<BuildValidator>) => {
      const compile = buildValidator(...options);
      return (...route: Parameters<typeof compile>) => lazyValidator(() => compile(...route) as FastifyValidationResult);
    }) as BuildValidator,
    buildSerializer: (...options) => {
      const compile = buildSerializer(...options);
      return (route) => lazySerializer(() => compile(route));
    },
  };
}

function lazyValidator(compile: () => FastifyValidationResult): FastifyValidationResult {
  const compiled = whenFirstAsked(compile);
  const validate: FastifyValidationResult = (data: unknown) => {
    const judge = compiled();
    const isValid = judge(data);
    validate.errors = judge.errors ?? null;
    return isValid;
  };
  return validate;
}

function lazySerializer(compile: () => Serialize): Serialize {
  const compiled = whenFirstAsked(compile);
  return (document) => compiled()(document);
}
