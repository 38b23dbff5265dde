/**
 * The one way that servers write lines: JSON by pino on standard error, a `component` in each line, secrets replaced.
 *
 * Standard output belongs to the start screen. A secret is redacted by the name of the field that holds it, wherever a
 * library may put it; a secret inside free text is not found, so messages never contain one.
 */
import { pino, type Logger, type DestinationStream } from "pino";

export type { Logger } from "pino";

const SECRET_FIELDS = [
  "password",
  "passwordHash",
  "ticket",
  "signInTicket",
  "apiKey",
  "api_key",
  "secret",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "cookie",
  "databaseUrl",
  "redisUrl",
];

const STANDARD_ERROR_FD = 2;

/** Paths of every secret field at the top and one and two objects down, which is as deep as our lines go. */
const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]).concat('*.*["set-cookie"]');

export interface LoggerOptions {
  readonly level: string;
  /** The part of the platform that speaks: `gateway`, `edge-0`. */
  readonly component: string;
  /** Where lines go; standard error where absent. Tests give a stream of their own. */
  readonly destination?: DestinationStream;
}

export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { component: options.component },
      redact: { paths: REDACTED_PATHS, censor: "[redacted]" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ dest: STANDARD_ERROR_FD, sync: true }),
  );
}

/** A log that nobody reads: what a tool or a proof starts says it through its own result. */
export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
