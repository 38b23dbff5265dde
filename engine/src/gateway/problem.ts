/**
 * What goes wrong, as clients see it: RFC 9457 problem details with a code that never changes.
 *
 * A body holds only what is written here or by a schema check: no stack, SQL, path or library name. Refusals of the core have
 * bodies of their own (`refusal-problem.ts`), of the same outer shape.
 */
import { Type, type Static } from "./json-shape.js";
import { isDatabaseAway } from "../postgres/database-away.js";

const PROBLEMS = {
  VALIDATION_FAILED: { status: 400, title: "The request is not of the documented form" },
  AUTH_REQUIRED: { status: 401, title: "A valid access token or API key is needed" },
  SIGN_IN_REFUSED: { status: 401, title: "The sign-in was refused" },
  PASSWORD_WRONG: { status: 403, title: "The present password is not right" },
  FORBIDDEN: { status: 403, title: "Not permitted" },
  ORIGIN_REFUSED: { status: 403, title: "Requests from this origin are not accepted" },
  NOT_FOUND: { status: 404, title: "No such thing" },
  ACCOUNT_NOT_FOUND: { status: 404, title: "No such account" },
  ACCOUNT_EXISTS: { status: 409, title: "There is such an account" },
  USER_EXISTS: { status: 409, title: "There is such a user" },
  LAST_ADMINISTRATOR: { status: 409, title: "An administrator must remain" },
  CONFLICT: { status: 409, title: "The state does not allow this" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, title: "The body must be JSON" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  INTERNAL: { status: 500, title: "Something went wrong on this side" },
  BUSY: { status: 503, title: "Too busy at the moment" },
  DATABASE_UNAVAILABLE: { status: 503, title: "The database does not answer" },
  CORE_UNAVAILABLE: { status: 503, title: "The trading core is stopping" },
  OUTCOME_UNKNOWN: { status: 504, title: "The outcome is not known" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: "urn:jware:problem:<code>" }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: "Stable name of the problem" }),
    detail: Type.String(),
    requestId: Type.String(),
  },
  { description: "Problem details (RFC 9457)" },
);
export type Problem = Static<typeof ProblemSchema>;

export interface ApiErrorOptions {
  readonly cause?: unknown;
  /** Whole seconds after which the same request may succeed. */
  readonly retryAfterS?: number;
  /** Members besides the standard ones. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Thrown wherever a request cannot go on; the error handler of the app makes the answer. */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly retryAfterS: number | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, options: ApiErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.retryAfterS = options.retryAfterS;
    this.extra = options.extra ?? {};
  }

  body(requestId: string): Problem {
    const { status, title } = PROBLEMS[this.code];
    return { type: problemType(this.code), title, status, code: this.code, detail: this.message, requestId, ...this.extra };
  }
}

export const problemType = (code: string): string => `urn:jware:problem:${code.toLowerCase().replaceAll("_", "-")}`;

/** Turns anything thrown into what the client may know of it; `undefined` cause means it was expected. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, statusCode, message, validation, validationContext } = describe(error);
  if (validation) return new ApiError("VALIDATION_FAILED", `${validationContext ?? "request"} ${message}`.slice(0, 300));
  if (statusCode === 413) return new ApiError("BODY_TOO_LARGE", "A body holds at most 64 KiB.");
  if (statusCode === 415) return new ApiError("MEDIA_TYPE_UNSUPPORTED", "Send Content-Type: application/json.");
  // A file that may not be served looks like one that is not there.
  if (statusCode === 403 || statusCode === 404) return new ApiError("NOT_FOUND", "There is nothing at this address.");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ApiError("VALIDATION_FAILED", BODY_DETAILS[code ?? ""] ?? "The request cannot be read.", { cause: error });
  }
  if (isDatabaseError(error)) {
    return new ApiError("DATABASE_UNAVAILABLE", "What this needs is not at hand now.", { cause: error, retryAfterS: 1 });
  }
  return new ApiError("INTERNAL", "The failure was recorded under this request id.", { cause: error });
}

const BODY_DETAILS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: "The body is empty.",
  FST_ERR_CTP_INVALID_JSON_BODY: "The body is not valid JSON.",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "The body is not as long as Content-Length says.",
  FST_ERR_BAD_URL: "The address cannot be read.",
  FST_ERR_VALIDATION: "The request is not of the documented form.",
};

interface ErrorFacts {
  readonly code: string | undefined;
  readonly statusCode: number | undefined;
  readonly message: string;
  readonly validation: boolean;
  readonly validationContext: string | undefined;
}

function describe(error: unknown): ErrorFacts {
  const facts = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  return {
    code: typeof facts.code === "string" ? facts.code : undefined,
    statusCode: typeof facts.statusCode === "number" ? facts.statusCode : undefined,
    message: validationMessage(facts.validation),
    validation: Array.isArray(facts.validation),
    validationContext: typeof facts.validationContext === "string" ? facts.validationContext : undefined,
  };
}

/** One sentence from the first failed rule: the field and what it must be; the value is not repeated. */
function validationMessage(validation: unknown): string {
  const first = (Array.isArray(validation) ? validation[0] : undefined) as
    | { instancePath?: string; message?: string; params?: { additionalProperty?: string } }
    | undefined;
  const field = (first?.instancePath ?? "").replaceAll("/", ".");
  const extra = first?.params?.additionalProperty;
  return `${field} ${first?.message ?? "is not of the documented form"}${extra === undefined ? "" : `: ${JSON.stringify(extra)}`}`.trim();
}

/** Whether an error comes from PostgreSQL: the server's own, or the way to it. */
export function isDatabaseError(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === "PostgresError" || isDatabaseAway(error);
}
