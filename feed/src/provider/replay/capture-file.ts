/**
 * A recorded session of Binance spot: lines of `<receive ns> <json>`, gzip or plain, in memory and checked as a whole.
 *
 * A capture holds one symbol: its combined-stream messages and at least one REST snapshot line. Every line is parsed once
 * here, so that playing it cannot meet a surprise. Anything else gets one FeedError. Cost: 11 MB of text take about 0.2 s.
 */
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { FeedError } from "../../feed-error.js";
import { REPLAY_FILE_BYTES_MAX, REPLAY_TEXT_BYTES_MAX } from "../../limits.js";
import { readMessage } from "../binance/message.js";

export interface Capture {
  readonly symbol: string;
  readonly lineCount: number;
  /** Receive time of each line, ms since the UNIX epoch, never decreasing. */
  readonly recvTsMs: Float64Array;
  /** The venue's clock at the first line, ms. */
  readonly venueTsMs: number;
  /** The JSON of a line. */
  readonly text: (line: number) => string;
}

const NEWLINE = 10;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const LINE = /^(\d{13})(\d{6}) (\{.*\})\r?$/;

/** Reads and checks a capture. Throws a FeedError with a FEED_ERR_REPLAY_ code. */
export async function readCapture(file: string): Promise<Capture> {
  const bytes = await inflate(file, await readBytes(file));
  if (bytes.length === 0) throw new FeedError("FEED_ERR_REPLAY_EMPTY", `The replay file ${file} is empty.`);
  const starts = lineStarts(bytes);
  return checkLines(file, bytes, starts);
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > REPLAY_FILE_BYTES_MAX) throw tooLarge(file);
    return await readFile(file);
  } catch (error) {
    if (error instanceof FeedError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new FeedError("FEED_ERR_REPLAY_NOT_FOUND", `There is no replay file ${file}.`, error);
    }
    throw new FeedError("FEED_ERR_REPLAY_UNREADABLE", `The replay file ${file} cannot be read (${code}).`, error);
  }
}

async function inflate(file: string, bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: REPLAY_TEXT_BYTES_MAX });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(file);
    if (code === "Z_BUF_ERROR") throw new FeedError("FEED_ERR_REPLAY_CUT", `The replay file ${file} ends in the middle.`, error);
    throw new FeedError(
      "FEED_ERR_REPLAY_NOT_CAPTURE",
      `The replay file ${file} is damaged: its gzip data cannot be read.`,
      error,
    );
  }
}

/** Start of each line, and the end of the text as the last element. */
function lineStarts(bytes: Buffer): Uint32Array {
  const starts: number[] = [];
  let start = 0;
  while (start < bytes.length) {
    starts.push(start);
    const newline = bytes.indexOf(NEWLINE, start);
    start = newline === -1 ? bytes.length : newline + 1;
  }
  starts.push(bytes.length);
  return Uint32Array.from(starts);
}

function checkLines(file: string, bytes: Buffer, starts: Uint32Array): Capture {
  const lineCount = starts.length - 1;
  const recvTsMs = new Float64Array(lineCount);
  const texts = (line: number): string => {
    const end = starts[line + 1] ?? bytes.length;
    return bytes.toString("utf8", starts[line], bytes[end - 1] === NEWLINE ? end - 1 : end);
  };
  let symbol: string | undefined;
  let venueTsMs: number | undefined;
  let snapshotCount = 0;
  for (let line = 0; line < lineCount; line += 1) {
    const match = LINE.exec(texts(line));
    const [, wholeMs, restNs, json] = match ?? [];
    const message = json === undefined ? "malformed" : readLine(json);
    if (message === "malformed") throw notLine(file, line, lineCount, bytes);
    recvTsMs[line] = Math.max(recvTsMs[line - 1] ?? 0, Number(wholeMs) + Number(restNs) / 1e6);
    if (message === "ignored") continue;
    if (message.e === "snapshot") {
      snapshotCount += 1;
      continue;
    }
    if ("pu" in message) {
      throw new FeedError(
        "FEED_ERR_REPLAY_NOT_SPOT",
        `The replay file ${file} is of a futures market; only spot captures are played.`,
      );
    }
    symbol ??= message.s;
    if (message.s !== symbol) {
      throw new FeedError(
        "FEED_ERR_REPLAY_NOT_CAPTURE",
        `The replay file ${file} holds several symbols (${symbol}, ${message.s}).`,
      );
    }
    if (message.e === "depthUpdate") venueTsMs ??= message.E - ((recvTsMs[line] ?? 0) - (recvTsMs[0] ?? 0));
  }
  if (symbol === undefined || venueTsMs === undefined || snapshotCount === 0) {
    throw new FeedError("FEED_ERR_REPLAY_NOT_CAPTURE", `The replay file ${file} has no depth stream with its snapshot.`);
  }
  return { symbol, lineCount, recvTsMs, venueTsMs, text: (line) => texts(line).slice(JSON_AT) };
}

/** Digits of the time and a blank stand before the JSON. */
const JSON_AT = 20;

/** Tickers are not parsed when played; here they must be JSON like the rest. */
function readLine(json: string): ReturnType<typeof readMessage> {
  const message = readMessage(json);
  if (message !== "ignored") return message;
  try {
    JSON.parse(json);
    return message;
  } catch {
    return "malformed";
  }
}

function notLine(file: string, line: number, lineCount: number, bytes: Buffer): FeedError {
  const isUnfinishedEnd = line > 0 && line === lineCount - 1 && bytes.at(-1) !== NEWLINE;
  if (isUnfinishedEnd)
    return new FeedError("FEED_ERR_REPLAY_CUT", `The replay file ${file} ends in the middle of line ${line + 1}.`);
  const words = `The replay file ${file} is not a capture: line ${line + 1} is no "<receive ns> <json>" of a Binance spot stream.`;
  return new FeedError("FEED_ERR_REPLAY_NOT_CAPTURE", words);
}

const tooLarge = (file: string): FeedError =>
  new FeedError(
    "FEED_ERR_REPLAY_TOO_LARGE",
    `The replay file ${file} is larger than ${REPLAY_FILE_BYTES_MAX / 2 ** 20} MiB or inflates past ${REPLAY_TEXT_BYTES_MAX / 2 ** 20} MiB.`,
  );
