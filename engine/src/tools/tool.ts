/** What every tool of the command line is, and what it is given to speak through. */
import { isDatabaseAway } from "../postgres/database-away.js";

export interface Tool {
  /** What is typed after `jware`, such as `journal verify`. */
  readonly words: string;
  /** One line for the list of tools. */
  readonly summary: string;
  /** Arguments and options, a line each, as `--help` prints them below the words. */
  readonly usage: string;
  /** Does it. Resolves with the exit code; an error that is thrown becomes one line and its own code (`exitCodeOf`). */
  run(args: readonly string[], screen: Screen): Promise<number>;
}

/** Where a tool's words go. Results are on stdout, everything about the work itself is on stderr. */
export interface Screen {
  /** Whether whoever called reads JSON. Then stdout holds JSON alone, one value a line. */
  readonly isJson: boolean;
  /** A line of the result, as it is. With `isJson` it must be JSON. */
  print(line: string): void;
  /** How far the work is: a bar on a terminal, otherwise a line every 5 s. `total` 0 is an end that nobody knows. */
  progress(done: number, total: number, what: string): void;
  /** The whole result: as JSON, or as text. */
  result(value: object, text: string): void;
}

/** Exit codes, those of sysexits.h where it has one. */
export const EXIT = {
  OK: 0,
  /** What was looked for is not so: a difference, damage, nothing found. */
  NOT_SO: 1,
  USAGE: 64,
  /** A database or a lock is not to be had. */
  UNAVAILABLE: 69,
  /** A fault of the program: nothing was learned about the data. */
  INTERNAL: 70,
  IO: 74,
  /** The data would stop a start. */
  DATA: 78,
} as const;

/** A tool was called in a way that it does not know. The sentence says what it takes. */
export class UsageError extends Error {}

/** The stable code at the head of an error's text, such as `JRN_ERR_IO`; empty where it has none. */
export function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const coded = /^[A-Z]{3,4}_ERR_[A-Z_]+/;
  if (typeof message === "string") return coded.exec(message)?.[0] ?? (typeof code === "string" ? code : "");
  return "";
}

/** A lock or server that is not to be had, in our own words. */
const UNAVAILABLE = /^(JRN_ERR_LOCKED|ENG_ERR_DATABASE_\w+|ENG_ERR_POSTGRES_(UNREACHABLE|START))$/;

/** SQLSTATE class 28: to a tool, which does not try again, a database that lets it not in is not to be had either. */
const SIGN_IN_REFUSED = /^28[0-9A-Z]{3}$/;

/** The exit code that an error ends a tool with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.USAGE;
  const code = codeOf(error);
  if (UNAVAILABLE.test(code) || isDatabaseAway(error) || SIGN_IN_REFUSED.test(code)) return EXIT.UNAVAILABLE;
  // The system's own errors name the call that failed.
  if (code === "JRN_ERR_IO" || typeof (error as { syscall?: unknown }).syscall === "string") return EXIT.IO;
  return /^(JRN|ENG)_ERR_/.test(code) ? EXIT.DATA : EXIT.INTERNAL;
}
