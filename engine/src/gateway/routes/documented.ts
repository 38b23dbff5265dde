/** What the documentation of every route shares: its errors, and how to sign a request. */
import { ProblemSchema } from "../problem.js";

export const SIGNED = [{ bearer: [] }];

const ERRORS = {
  400: ProblemSchema,
  401: ProblemSchema,
  403: ProblemSchema,
  404: ProblemSchema,
  409: ProblemSchema,
  429: ProblemSchema,
  500: ProblemSchema,
  503: ProblemSchema,
};
type ErrorStatus = keyof typeof ERRORS;

/** The problem bodies of some statuses; those that every route can give are always among them. */
export const problems = <const T extends readonly ErrorStatus[]>(
  ...statuses: T
): Record<T[number] | 429 | 500, typeof ProblemSchema> =>
  Object.fromEntries([...statuses, 429, 500].map((status) => [status, ERRORS[status as ErrorStatus]])) as Record<
    T[number] | 429 | 500,
    typeof ProblemSchema
  >;
