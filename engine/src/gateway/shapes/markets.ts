/** Instruments, books and bars. */
import { wordsOf } from "@jware/schemas/order-names";
import { Type } from "../json-shape.js";
import { Limit } from "./limits.js";
import { PAPER_RULES } from "./paper.js";
import { Decimal, nullable, oneOf, strict, SymbolText, TsMs } from "./values.js";
import { COLLAR_REFERENCES, TRADING_STATES } from "./words.js";

export const SymbolParams = Type.Object({ symbol: SymbolText }, strict);

export const Instrument = Type.Object({
  id: Type.Integer(),
  symbol: Type.String(),
  name: Type.String(),
  assetClass: oneOf(["crypto", "equity", "fx", "future"]),
  venue: oneOf(["internal", "simulated", "paper"]),
  baseCurrency: Type.String(),
  quoteCurrency: Type.String(),
  tickSize: Decimal,
  lotSize: Decimal,
  priceDecimals: Type.Integer(),
  qtyDecimals: Type.Integer(),
  minQty: Decimal,
  maxQty: Decimal,
  maxNotional: Decimal,
  collarBps: Type.Integer(),
  makerFeePpm: Type.Integer(),
  takerFeePpm: Type.Integer(),
  bookState: oneOf(["synced", "stale", "resyncing"]),
  tradingState: oneOf(TRADING_STATES),
  session: Type.Object(
    {
      openMinute: Type.Integer(),
      closeMinute: Type.Integer(),
      weekdays: Type.Integer({ description: "Days on which a session opens: bit 0 is Monday" }),
    },
    { description: "Minutes of the day, UTC; a session that does not close later than it opens ends on the next day" },
  ),
  collar: Type.Object(
    {
      bps: Type.Integer({ description: "How far a limit may be beyond the reference, basis points" }),
      reference: oneOf(COLLAR_REFERENCES, "mark: the middle of the book, else the last trade"),
      ticks: nullable(Type.Integer({ description: "The same in ticks; the narrower holds" })),
      windowBps: nullable(Type.Integer({ description: "How far beyond where the reference stood when the window began" })),
      windowMs: nullable(Type.Integer()),
    },
    { description: "What keeps a limit price near the market" },
  ),
  margin: Type.Object(
    { initialPpm: Type.Integer(), maintenancePpm: Type.Integer() },
    { description: "Parts of a million of a position's value that margin accounts pay to open it, and must keep" },
  ),
  limits: Type.Array(Limit, {
    description: "The firm's and one's own accounts' limits on orders in it, for who may see limits; empty for all others",
  }),
  paper: Type.Object(PAPER_RULES, { description: "How its venue is taken to treat our orders; docs/paper-venue.md" }),
  lastPx: nullable(Decimal),
});

export const BookQuery = Type.Object(
  {
    symbol: SymbolText,
    depth: Type.Optional(
      Type.String({ pattern: "^([1-9]\\d{0,2}|1000)$", description: "Levels a side, 1 to 1000; 20 where absent" }),
    ),
  },
  strict,
);

export const Book = Type.Object({
  symbol: Type.String(),
  seq: Type.Integer(),
  state: oneOf(["synced", "stale", "resyncing"]),
  bids: Type.Array(Type.Tuple([Decimal, Decimal]), { description: "Best first: [price, quantity]" }),
  asks: Type.Array(Type.Tuple([Decimal, Decimal]), { description: "Best first: [price, quantity]" }),
});

/** Bars by the name of their interval, seconds. */
export const INTERVALS = { "1s": 1, "1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86_400 } as const;

/** A moment: milliseconds since the epoch, or a date or time of ISO 8601 in UTC. Read by `readMoment`. */
const MOMENT = "^(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z)?)$";

const moment = (what: string) =>
  Type.String({ pattern: MOMENT, description: `${what}. ms since the epoch, or 2026-11-22T13:30Z` });

export const BarsQuery = Type.Object(
  {
    symbol: SymbolText,
    interval: oneOf(wordsOf(INTERVALS)),
    from: Type.Optional(moment("First open time; 500 bars back where absent")),
    to: Type.Optional(moment("End, exclusive; now where absent")),
  },
  strict,
);

export const Bar = Type.Object({
  openTsMs: TsMs,
  open: Decimal,
  high: Decimal,
  low: Decimal,
  close: Decimal,
  volume: Decimal,
  tradeCount: Type.Integer(),
  closed: Type.Boolean(),
});
