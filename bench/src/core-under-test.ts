/** The core alone, in this process, with one market and one account: for what is measured without the whole platform around it. */
import { type AdminCommand, execute, MarketBatch, startCore } from "@jware/core-native";

export const ACCOUNT = 1001;
export const INSTRUMENT = 9001;
/** Best bid and ask, where the market is an outside one. */
export const BID_TICKS = 10_000;
const ASK_TICKS = 10_001;
const SHOWN_LOTS = 1_000;

/** `internal` trades among our own orders only; `paper` shows what the feed says. */
export type Venue = "internal" | "paper";

const marketOf = (venue: Venue): readonly AdminCommand[] => [
  { kind: "defineCurrency", code: "USD", decimals: 6 },
  {
    kind: "defineInstrument",
    instrument: INSTRUMENT,
    symbol: "BENCH",
    name: "Bench",
    assetClass: "crypto",
    venue,
    baseCurrency: "BENCH",
    quoteCurrency: "USD",
    priceDecimals: 2,
    tickMantissa: 1,
    qtyDecimals: 0,
    lotMantissa: 1,
    tickLotMinor: 10_000,
    qtyLotsMin: 1,
    qtyLotsMax: 1_000_000,
    notionalMinorMax: "1000000000000",
    collarBps: 1_000,
    makerFeePpm: 0,
    takerFeePpm: 0,
  },
];

const OWN_ACCOUNT: readonly AdminCommand[] = [
  { kind: "openAccount", account: ACCOUNT, name: "BENCH-1" },
  { kind: "deposit", user: 0, account: ACCOUNT, currency: "USD", amountMinor: "1000000000000" },
];

/** Starts the core, in memory mode, on a journal in a folder; `stopCore` ends it. Without an account, somebody else opens one. */
export function startCoreUnderTest(journalDir: string, venue: Venue, hasAccount = true): void {
  startCore({ journalDir, ackMode: "memory" });
  for (const command of [...marketOf(venue), ...(hasAccount ? OWN_ACCOUNT : [])]) {
    const result = execute(command);
    if (!result.ok) throw new Error(`${command.kind}: ${result.text}`);
  }
  if (venue === "internal") return;
  const batch = new MarketBatch();
  batch.level(INSTRUMENT, 1, BID_TICKS, SHOWN_LOTS, Date.now());
  batch.level(INSTRUMENT, 2, ASK_TICKS, SHOWN_LOTS, Date.now());
  batch.state(INSTRUMENT, 1, Date.now());
  batch.flush();
}
