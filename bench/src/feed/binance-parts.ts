/**
 * The parts of the Binance adapter that a capture goes through, and no sockets. They are loaded as programs are, by their path: the feed
 * exports only its thread, and a bench may look inside without others being able to.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AdminCommand } from "@jware/core-native";
import { ROOT } from "../root.js";

type InstrumentInput = Omit<Extract<AdminCommand, { kind: "defineInstrument" }>, "kind">;

/** Where facts go. */
export interface Sink {
  level(instrument: number, side: 1 | 2, priceTicks: number, qtyLots: number, tsEventMs: number): void;
  trade(instrument: number, aggressor: 1 | 2, priceTicks: number, qtyLots: number, tsEventMs: number, venueTradeId: number): void;
  reset(instrument: number, tsEventMs: number): void;
  state(instrument: number, state: 1 | 2 | 3, tsEventMs: number): void;
  flush(): void;
}

type Message =
  | "ignored"
  | "malformed"
  | { readonly e: "depthUpdate"; readonly u: number }
  | { readonly e: "trade" }
  | { readonly e: "snapshot" };

interface SymbolFeed {
  onSnapshot(message: unknown): void;
  onDepthUpdate(message: unknown): void;
  onTrade(message: unknown): void;
}

interface SymbolFeedOptions {
  readonly instrument: InstrumentInput;
  readonly sink: Sink;
  readonly onSnapshotNeeded: () => void;
  readonly eventTime: (tsMs: number) => number;
}

export interface BinanceParts {
  readonly instrument: InstrumentInput;
  readonly currencies: readonly { readonly code: string; readonly decimals: number }[];
  readonly readMessage: (text: string) => Message;
  /** A synchronised book of its own, empty. */
  readonly newFeed: (sink: Sink) => SymbolFeed;
}

const INSTRUMENT_ID = 101;

export async function loadBinanceParts(symbol: string): Promise<BinanceParts> {
  const load = async (path: string): Promise<unknown> => import(pathToFileURL(join(ROOT, "feed/dist", path)).href);
  const { readMessage } = (await load("provider/binance/message.js")) as Pick<BinanceParts, "readMessage">;
  const { SymbolFeed } = (await load("provider/binance/symbol-feed.js")) as {
    SymbolFeed: new (options: SymbolFeedOptions) => SymbolFeed;
  };
  const instruments = (await load("instruments.js")) as {
    readonly BUILT_IN_SPOT_RULES: readonly { readonly symbol: string }[];
    readonly CURRENCIES: BinanceParts["currencies"];
    readonly spotInstrument: (rules: unknown, id: number) => InstrumentInput;
  };
  const rules = instruments.BUILT_IN_SPOT_RULES.find((other) => other.symbol === symbol);
  if (rules === undefined) throw new Error(`the feed has no rules of ${symbol}`);
  const instrument = instruments.spotInstrument(rules, INSTRUMENT_ID);
  const newFeed = (sink: Sink) =>
    new SymbolFeed({ instrument, sink, onSnapshotNeeded: () => undefined, eventTime: (tsMs) => tsMs });
  return { instrument, currencies: instruments.CURRENCIES, readMessage, newFeed };
}
