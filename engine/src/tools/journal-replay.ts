/** `jware journal replay`: applies a journal to a core of its own, up to some moment, and tells what was then. */
import type { WalkAccount, WalkBook } from "@jware/core-native";
import { rateText, refuseDamage, timeText, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { journalDir, readArgs, untilOf, wholeNumber } from "./tool-args.js";

const BOOK_LEVELS = 10;
const SIDES: Readonly<Record<number, string>> = { 1: "Buy", 2: "Sell" };

export const journalReplay: Tool = {
  words: "journal replay",
  summary: "applies commands, prints the state hash, a book, an account, the fate of one order",
  usage: [
    "  jware journal replay [DIR | --data-dir D] [--until SEQ|TIME] [--book SYMBOL] [--account ID|NAME] [--order ID|CLORDID]",
    "                       [--json]",
    "  --until    the last sequence, or the last moment (2026-01-31T12:00:00Z), that is applied",
    "  --book     the book then, ten levels of each side",
    "  --account  positions, money and open orders then; with --order, only orders of that account (by its id)",
    "  --order    everything that happened to an order, by the engine's id or by a name that it had",
    "  Exit codes: 0, 1 no such order, account or symbol, 74 it cannot be read, 78 damaged, no journal, another core version.",
  ].join("\n"),
  async run(args, screen) {
    const read = readArgs(args, ["data-dir", "until", "book", "account", "order"]);
    const { options } = read;
    const [order, symbol, accountName] = [options.get("order"), options.get("book"), options.get("account")];
    const accountId = order !== undefined && /^\d+$/.test(accountName ?? "") ? wholeNumber(read, "account") : undefined;
    const fate = new Lines(screen.isJson);
    const { walk, report, seconds } = await walkThrough(
      {
        dir: journalDir(read),
        decode: true,
        apply: true,
        json: screen.isJson,
        ...untilOf(read),
        ...(order === undefined ? {} : { lines: "fate" as const, order }),
        ...(accountId === undefined ? {} : { account: accountId }),
      },
      { isJson: screen.isJson, print: (line) => fate.add(line), progress: screen.progress.bind(screen), result: () => undefined },
    );
    refuseDamage(report);
    const account = accountName === undefined ? undefined : walk.account(accountName);
    const book = symbol === undefined ? undefined : walk.book(symbol, BOOK_LEVELS);
    const missing = [
      ...(order !== undefined && fate.lines.length === 0 ? [`order ${order}`] : []),
      ...(accountName !== undefined && account === undefined ? [`account ${accountName}`] : []),
      ...(symbol !== undefined && book === undefined ? [`symbol ${symbol}`] : []),
    ];
    const stateHash = walk.stateHash();
    // What the snapshot stands for was read and checked, not applied.
    const appliedCount = report.snapshotSeq === 0 ? report.recordCount : Math.max(report.lastSeq - report.snapshotSeq, 0);
    const value = {
      seq: report.lastSeq,
      snapshotSeq: report.snapshotSeq,
      tsNs: report.lastTsNs,
      stateHash,
      recordCount: appliedCount,
      seconds,
      ...(account === undefined ? {} : { account }),
      ...(book === undefined ? {} : { book }),
      ...(order === undefined ? {} : { fate: fate.values() }),
      missing,
    };
    const text = [
      ...(order === undefined ? [] : [`Order ${order}`, ...fate.lines, ""]),
      ...(account === undefined ? [] : [...accountLines(account), ""]),
      ...(book === undefined || symbol === undefined ? [] : [...bookLines(symbol, book), ""]),
      ...missing.map((what) => `There is no ${what} in these commands.`),
      ...(report.snapshotSeq === 0
        ? []
        : [`begins   with the snapshot at ${report.snapshotSeq}: older segments are away, and nothing before it is told`]),
      `sequence ${report.lastSeq}, ${timeText(report.lastTsNs)}`,
      `state    ${stateHash}`,
      `applied  ${rateText(appliedCount, seconds)}`,
    ];
    screen.result(value, text.join("\n"));
    return missing.length === 0 ? EXIT.OK : EXIT.NOT_SO;
  },
};

/** Lines of one order, kept until the end: an order has few. */
class Lines {
  readonly lines: string[] = [];
  readonly #isJson: boolean;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  add(text: string): void {
    this.lines.push(...text.split("\n"));
  }

  values(): readonly unknown[] {
    return this.#isJson ? this.lines.map((line) => JSON.parse(line) as unknown) : [];
  }
}

function accountLines(account: WalkAccount): readonly string[] {
  return [
    `Account ${account.account} ${account.name}, ${account.state}`,
    ...account.balances.map(
      ({ currency, cash, used, held, available }) =>
        `  ${currency}  cash ${cash}  used ${used}  held ${held}  available ${available}`,
    ),
    ...account.positions.map(({ symbol, qty }) => `  position ${symbol} ${qty}`),
    ...account.orders.map(
      ({ orderId, clOrdId, symbol, side, qty, price }) =>
        `  order ${orderId} ${clOrdId}  ${symbol} ${SIDES[side] ?? side} ${qty} @ ${price}`,
    ),
  ];
}

function bookLines(symbol: string, { state, bidLevels, askLevels }: WalkBook): readonly string[] {
  const width = Math.max(...[...bidLevels, ...askLevels].flatMap((level) => level.map((text) => text.length)), 5);
  const level = (side: string, [price, qty]: readonly [string, string]) =>
    `  ${side}  ${price.padStart(width)}  ${qty.padStart(width)}`;
  return [
    `Book ${symbol}, ${state}`,
    ...[...askLevels].reverse().map((each) => level("ask", each)),
    ...bidLevels.map((each) => level("bid", each)),
  ];
}
