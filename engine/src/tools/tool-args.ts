/** Reads a tool's arguments. Every complaint is a UsageError that says what is taken. */
import { join, resolve } from "node:path";
import { UsageError } from "./tool.js";

/** Positional words and `--name value` pairs. */
export interface ToolArgs {
  readonly words: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Splits arguments; `known` are the options that the tool takes, without their dashes. */
export function readArgs(args: readonly string[], known: readonly string[]): ToolArgs {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const [name = "", inline] = word.slice(2).split(/=(.*)/s);
    if (!known.includes(name)) throw new UsageError(`it has no option ${word}`);
    if (options.has(name)) throw new UsageError(`--${name} is given twice`);
    if (inline === undefined) at += 1;
    const value = inline ?? args[at];
    if (value === undefined) throw new UsageError(`--${name} needs a value`);
    options.set(name, value);
  }
  return { words, options };
}

/** Refuses words in a tool that takes options alone. */
export function noWords({ words }: ToolArgs): void {
  if (words.length > 0) throw new UsageError(`it takes options alone, not ${words.join(" ")}`);
}

/** The platform's data folder, found as the platform finds it: option, variable, default. */
export const dataDir = ({ options }: ToolArgs): string =>
  resolve(options.get("data-dir") ?? process.env.JWARE_DATA_DIR ?? ".jware");

/** Where the journal's older segments went, found as the platform finds it; undefined = nowhere. */
export function archiveDir({ options }: ToolArgs): string | undefined {
  const folder = options.get("journal-archive") ?? process.env.JWARE_JOURNAL_ARCHIVE;
  return folder === undefined || folder === "" ? undefined : resolve(folder);
}

/** The platform's PostgreSQL, found as the platform finds it; undefined = the embedded one of the data folder. */
export function databaseUrl({ options }: ToolArgs): string | undefined {
  const url = options.get("database-url") ?? process.env.JWARE_DATABASE_URL ?? process.env.DATABASE_URL;
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) throw new UsageError("--database-url begins with postgresql://.");
  return url;
}

/** The journal's folder: the one word, or that of the data folder. */
export function journalDir(args: ToolArgs): string {
  const [dir, ...more] = args.words;
  if (more.length > 0) throw new UsageError(`one folder is enough, and ${args.words.join(" and ")} are given`);
  if (dir !== undefined && args.options.has("data-dir"))
    throw new UsageError("give the journal's folder or --data-dir, not both");
  return dir === undefined ? join(dataDir(args), "journal") : resolve(dir);
}

/** A whole number, or undefined where the option is absent. */
export function wholeNumber({ options }: ToolArgs, name: string): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new UsageError(`--${name} is a whole number, not ${text}`);
  return value;
}

/** Which commands `--from`, `--to` and `--account` leave, as a walk takes them; what is absent leaves all. */
export function selectionOf(args: ToolArgs): { readonly fromSeq?: number; readonly toSeq?: number; readonly account?: number } {
  const [fromSeq, toSeq, account] = ["from", "to", "account"].map((name) => wholeNumber(args, name));
  return {
    ...(fromSeq === undefined ? {} : { fromSeq }),
    ...(toSeq === undefined ? {} : { toSeq }),
    ...(account === undefined ? {} : { account }),
  };
}

const NS_PER_MS = 1_000_000n;

/** `--until`: a sequence, or a time such as 2026-01-31T12:00:00Z, whose whole millisecond counts. */
export function untilOf({ options }: ToolArgs): { readonly toSeq?: number; readonly untilTsNs?: string } {
  const text = options.get("until");
  if (text === undefined) return {};
  if (/^\d+$/.test(text)) return { toSeq: Number(text) };
  // Without a zone it is UTC, as everything that the tools print.
  const ms = Date.parse(/T/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\d/.test(text)) {
    throw new UsageError(`--until is a sequence or a time such as 2026-01-31T12:00:00Z, not ${text}`);
  }
  return { untilTsNs: String((BigInt(ms) + 1n) * NS_PER_MS - 1n) };
}
