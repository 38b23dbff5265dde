/**
 * The JSON that REST takes and gives, as schemas: they check requests, write the documentation and filter answers.
 *
 * Prices, quantities and money are decimal strings, exact. Ids are strings, times are milliseconds since the UNIX epoch as
 * numbers, sequences are numbers below 2^53.
 */
import { Type, type Static, type TSchema } from "./json-shape.js";
import {
  CONTINGENCY_BY_NAME,
  EXEC_TYPE_NAMES,
  ORD_STATUS_NAMES,
  ORD_TYPE_BY_NAME,
  POST_ONLY_BY_NAME,
  SELF_TRADE_PREVENTION_BY_NAME,
  SIDE_BY_NAME,
  TIME_IN_FORCE_BY_NAME,
  TRIGGER_SOURCE_BY_NAME,
} from "@jware/schemas/order-names";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "./auth/password.js";
import { ROLES } from "./permission.js";

const strict = { additionalProperties: false } as const;

const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Exact decimal text; how fine it may be is the instrument's matter. */
const DecimalText = Type.String({ pattern: "^-?\\d{1,20}(\\.\\d{1,18})?$", description: "Exact decimal, such as 61837.63" });
const Decimal = Type.String({ description: "Exact decimal" });
const TsMs = Type.Integer({ description: "Milliseconds since the UNIX epoch" });
const AccountName = Type.String({ minLength: 1, maxLength: 32, description: "Name of the account, such as PAPER-1" });
const SymbolText = Type.String({ minLength: 1, maxLength: 32, description: "Symbol of the instrument, such as BTCUSDT" });
const ClOrdIdText = Type.String({
  pattern: "^[!-~]{1,36}$",
  description: "1 to 36 printable ASCII characters, unique per account",
});
const LimitText = Type.String({ pattern: "^([1-9]\\d{0,2}|1000)$", description: "Rows at most, 1 to 1000; 100 where absent" });

export const PERMISSIONS = ["read", "trade", "cancel", "risk"] as const;
const wordsOf = <Name extends string>(words: Readonly<Record<Name, number>>) => Object.keys(words) as Name[];
const SIDES = wordsOf(SIDE_BY_NAME);
const ORD_TYPES = wordsOf(ORD_TYPE_BY_NAME);
const TIMES_IN_FORCE = wordsOf(TIME_IN_FORCE_BY_NAME);
const TRIGGER_SOURCES = wordsOf(TRIGGER_SOURCE_BY_NAME);
const POST_ONLY = wordsOf(POST_ONLY_BY_NAME);
const SELF_TRADE_PREVENTIONS = wordsOf(SELF_TRADE_PREVENTION_BY_NAME);
const CONTINGENCIES = wordsOf(CONTINGENCY_BY_NAME);
const ORD_STATUSES = Object.values(ORD_STATUS_NAMES);
const EXEC_TYPES = Object.values(EXEC_TYPE_NAMES);
const TRADING_STATES = ["active", "reducing", "halted"] as const;
const ACCOUNT_KINDS = ["standard", "cash", "margin"] as const;
const POSITION_MODES = ["netting", "hedging"] as const;
const LIMITS = [
  ...(["orderQty", "orderNotional", "openOrders", "position", "grossNotional", "netNotional"] as const),
  ...(["messageRate", "windowNotional", "repeatedExecution", "duplicateOrder"] as const),
  ...(["lossWarn", "lossReduce", "lossHalt", "lossFlatten"] as const),
];
/** A week, which is what the core takes. */
const LIMIT_WINDOW_MS_MAX = 604_800_000;
/** Bars by the name of their interval, seconds. */
export const INTERVALS = { "1s": 1, "1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86_400 } as const;

export const SignInBody = Type.Union([
  Type.Object(
    {
      username: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 128 }),
    },
    strict,
  ),
  Type.Object({ ticket: Type.String({ minLength: 1, maxLength: 128, description: "From the sign-in link; good once" }) }, strict),
]);

export const User = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  role: oneOf(ROLES),
  accounts: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String(), permissions: Type.Array(oneOf(PERMISSIONS)) })),
});

export const SignedIn = Type.Object({
  accessToken: Type.String({ description: "Send as Authorization: Bearer <token>" }),
  expiresInS: Type.Integer(),
  user: User,
});

export const WsTicket = Type.Object({
  ticket: Type.String({ description: "For Logon.ticket, once" }),
  expiresInS: Type.Integer(),
});

export const NewApiKeyBody = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 64 }),
    scopes: Type.Array(oneOf(PERMISSIONS), { minItems: 1, maxItems: 4, uniqueItems: true }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, description: "90 where absent" })),
  },
  strict,
);
export const ApiKey = Type.Object({
  id: Type.String(),
  number: Type.Integer({ description: "What limits and audits name it by" }),
  label: Type.String(),
  scopes: Type.Array(oneOf(PERMISSIONS)),
  createdTsMs: TsMs,
  expiresTsMs: TsMs,
});
export const NewApiKey = Type.Object({
  ...ApiKey.properties,
  apiKey: Type.String({ description: "The key itself; shown here and never again" }),
});

const StrategyNumber = Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: "A strategy, as its owner numbers them" });
const LimitScope = Type.Union(
  [
    Type.Object({ of: Type.Literal("firm") }, strict),
    Type.Object({ of: Type.Literal("account"), account: AccountName }, strict),
    Type.Object({ of: Type.Literal("strategy"), account: AccountName, strategy: StrategyNumber }, strict),
    Type.Object({ of: Type.Literal("user"), user: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }) }, strict),
    Type.Object({ of: Type.Literal("key"), key: Type.Integer({ minimum: 1, maximum: 4_294_967_295 }) }, strict),
  ],
  {
    description:
      "Whose limit: all together, an account, a strategy of it, or a user or an API key (by their numbers) on whatever account",
  },
);
const LimitKind = oneOf(LIMITS, "What is limited; core-native/core/RULES.md has the rules");

export const Limit = Type.Object({
  scope: LimitScope,
  limit: LimitKind,
  symbol: nullable(Type.String()),
  currency: nullable(Type.String()),
  unit: oneOf(["money", "quantity", "lots", "count"], "Of max and remaining"),
  max: nullable(Type.String({ description: "Exact decimal; null where no such limit is set" })),
  windowMs: nullable(Type.Integer()),
  remaining: nullable(Type.String({ description: "What a rate would let pass now; null for all others" })),
  tripped: Type.Boolean({ description: "Whether a throttle or loss limit was passed; until it is set again" }),
});
export type LimitJson = Static<typeof Limit>;
const LATENCY_ROWS = Type.Array(
  Type.Object(
    {
      upperNs: Type.Integer({
        minimum: 0,
        maximum: 60_000_000_000,
        description: "Longest of the class; the row before bounds it below",
      }),
      weight: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    },
    { additionalProperties: false },
  ),
  { maxItems: 16, description: "By ascending bound; none = no time" },
);
const PAPER_RULES = {
  queue: oneOf(["conservative", "probabilistic"]),
  queuePower: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3, description: "Of the probabilistic queue; 2 where not given" }),
  ),
  latency: Type.Optional(
    Type.Object(
      {
        seed: Type.Optional(Type.String({ pattern: "^\\d{1,20}$", description: "What the draws follow from: 64 bits, decimal" })),
        inbound: Type.Optional(LATENCY_ROWS),
        outbound: Type.Optional(LATENCY_ROWS),
      },
      { additionalProperties: false },
    ),
  ),
};
export const PaperBody = Type.Object(PAPER_RULES, { additionalProperties: false });
export const PaperRules = Type.Object(PAPER_RULES);

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
      reference: oneOf(["mark", "last", "mid"], "mark: the middle of the book, else the last trade"),
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

/** What a refusal says besides whose it is. `limit`, `value` and `headroom` are decimals in `unit`, null where there are none. */
const RefusalDetail = Type.Object(
  {
    code: Type.Integer({ description: "Number of the rule; docs/refusals.md lists them" }),
    rule: Type.String({ description: "Name of the rule" }),
    text: Type.String(),
    transient: Type.Boolean({ description: "Whether the same request may pass later" }),
    unit: oneOf(["none", "price", "quantity", "money", "count"]),
    currency: nullable(Type.String()),
    limit: nullable(Type.String()),
    value: nullable(Type.String()),
    headroom: nullable(Type.String()),
    scope: nullable(LimitScope),
  },
  { description: "A refusal with its rule, limit, the value found and the headroom left" },
);
export type RefusalDetailJson = Static<typeof RefusalDetail>;

const Moment = Type.Integer({ minimum: 1, maximum: 9_007_199_254_740, description: "Milliseconds since the UNIX epoch" });

/** What an order asks for. What goes with what, the core judges. */
const orderTerms = {
  side: oneOf(SIDES),
  ordType: oneOf(ORD_TYPES),
  timeInForce: Type.Optional(oneOf(TIMES_IN_FORCE, "ioc for market orders and gtc for all others where absent")),
  orderQty: Type.Optional(DecimalText),
  price: Type.Optional(DecimalText),
  triggerPrice: Type.Optional(DecimalText),
  triggerSource: Type.Optional(oneOf(TRIGGER_SOURCES, "The price that the trigger looks at; last where absent")),
  trailAmount: Type.Optional(DecimalText),
  trailBps: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: "Instead of trailAmount: basis points, at most 9999" }),
  ),
  displayQty: Type.Optional(DecimalText),
  cashQty: Type.Optional(DecimalText),
  expireTsMs: Type.Optional(Moment),
  postOnly: Type.Optional(oneOf(POST_ONLY, "Never take: refuse, or price one tick short of the other side")),
  reduceOnly: Type.Optional(Type.Boolean({ description: "Only to make a position smaller" })),
  selfTradePrevention: Type.Optional(oneOf(SELF_TRADE_PREVENTIONS, "cancelNewest where absent")),
  strategy: Type.Optional(StrategyNumber),
  deadlineTsMs: Type.Optional(Moment),
};
const OrderTermsShape = Type.Object(orderTerms);
export type OrderTermsJson = Static<typeof OrderTermsShape>;

export const NewOrderBody = Type.Object(
  { account: AccountName, clOrdId: ClOrdIdText, symbol: SymbolText, ...orderTerms },
  strict,
);

export const NewOrderListBody = Type.Object(
  {
    account: AccountName,
    symbol: SymbolText,
    contingency: oneOf(CONTINGENCIES),
    orders: Type.Array(Type.Object({ clOrdId: ClOrdIdText, ...orderTerms }, strict), {
      minItems: 1,
      maxItems: 8,
      description: "oco: both legs. oto: parent, child. bracket: parent, take-profit, stop-loss",
    }),
  },
  strict,
);

export type OrderListJson = Static<typeof NewOrderListBody>;

const replaceTerms = {
  orderQty: DecimalText,
  price: Type.Optional(DecimalText),
  triggerPrice: Type.Optional(DecimalText),
};
export const ReplaceBody = Type.Object({ ...replaceTerms, clOrdId: Type.Optional(ClOrdIdText) }, strict);

export const BatchBody = Type.Object(
  {
    account: AccountName,
    atomic: Type.Optional(Type.Boolean({ description: "All or none; new orders and cancels only. false where absent" })),
    requests: Type.Array(
      Type.Union([
        Type.Object({ kind: Type.Literal("new"), clOrdId: ClOrdIdText, symbol: SymbolText, ...orderTerms }, strict),
        Type.Object({ kind: Type.Literal("cancel"), origClOrdId: ClOrdIdText }, strict),
        Type.Object(
          { kind: Type.Literal("replace"), origClOrdId: ClOrdIdText, ...replaceTerms, clOrdId: Type.Optional(ClOrdIdText) },
          strict,
        ),
      ]),
      { minItems: 1, maxItems: 64, description: "Carried out in this order" },
    ),
  },
  strict,
);

export type BatchJson = Static<typeof BatchBody>;

export const Order = Type.Object({
  orderId: Type.String(),
  clOrdId: Type.String(),
  account: Type.String(),
  symbol: Type.String(),
  side: oneOf(SIDES),
  ordType: oneOf(ORD_TYPES),
  timeInForce: oneOf(TIMES_IN_FORCE),
  ordStatus: oneOf(ORD_STATUSES),
  reason: Type.String({ description: "Why it ended or was changed other than by a fill or a replace; none otherwise" }),
  orderQty: Decimal,
  price: nullable(Decimal),
  cumQty: Decimal,
  leavesQty: Decimal,
  avgPx: nullable(Decimal),
  createdTsMs: TsMs,
  triggerPrice: nullable(Decimal),
  triggerSource: nullable(oneOf(TRIGGER_SOURCES)),
  trailAmount: nullable(Decimal),
  trailBps: nullable(Type.Integer()),
  displayQty: nullable(Decimal),
  cashQty: nullable(Decimal),
  expireTsMs: nullable(TsMs),
  postOnly: nullable(oneOf(POST_ONLY)),
  reduceOnly: Type.Boolean(),
  selfTradePrevention: nullable(oneOf(SELF_TRADE_PREVENTIONS)),
  strategy: nullable(Type.Integer()),
  deadlineTsMs: nullable(TsMs),
  working: Type.Boolean({ description: "In the book: not waiting for a trigger or a parent, and not done" }),
  listId: nullable(Type.String({ description: "orderId of the first order of its list" })),
  contingency: nullable(oneOf(CONTINGENCIES)),
  queueAheadQty: nullable(
    Type.String({
      description:
        "What trades before it at its price, house and own, as far as it is displayed. Of an order that rests in a book, where it is read (not in the answer to a change)",
    }),
  ),
  refusal: nullable(RefusalDetail),
});
export type OrderJson = Static<typeof Order>;

/** What a halt, reduce or release did to orders. */
export const KillReportShape = {
  canceled: Type.Array(Order, { description: "Every order that it canceled, as it ended" }),
  closing: Type.Array(Order, { description: "With flatten: the orders that close positions, and what they filled" }),
};

export const OrderList = Type.Object({
  listId: Type.String(),
  contingency: oneOf(CONTINGENCIES),
  orders: Type.Array(Order, { description: "In the order of the request, each with its state after any immediate fills" }),
});

export const BatchResults = Type.Object({
  results: Type.Array(
    Type.Union([
      Type.Object({ ok: Type.Literal(true), order: Order }),
      Type.Object({ ok: Type.Literal(false), refusal: RefusalDetail, clOrdId: Type.String() }),
    ]),
    { description: "One per request, in its order" },
  ),
});

export const Validation = Type.Object({
  accepted: Type.Boolean({ description: "Whether the order would be accepted now" }),
  refusals: Type.Array(RefusalDetail, { description: "Every rule that would refuse it, in precedence" }),
  passed: Type.Array(Type.Omit(RefusalDetail, ["text", "transient"]), {
    description: "Every rule with figures that it passes: its limit, the value with this order, the headroom without it",
  }),
  fills: Type.Array(Type.Object({ price: Decimal, qty: Decimal }), { description: "What it would fill at once, best first" }),
  price: nullable(Decimal),
});

export const Execution = Type.Object({
  execId: Type.String(),
  orderId: Type.String(),
  clOrdId: Type.String(),
  account: Type.String(),
  symbol: Type.String(),
  side: oneOf(SIDES),
  execType: oneOf(EXEC_TYPES),
  ordStatus: oneOf(ORD_STATUSES),
  reason: Type.String(),
  lastQty: nullable(Decimal),
  lastPx: nullable(Decimal),
  fee: nullable(Decimal),
  feeCurrency: Type.String(),
  liquidity: nullable(oneOf(["maker", "taker"])),
  tradeId: nullable(Type.String()),
  orderQty: Decimal,
  price: nullable(Decimal),
  cumQty: Decimal,
  leavesQty: Decimal,
  avgPx: nullable(Decimal),
  tsMs: TsMs,
  seq: Type.Integer(),
  triggerPrice: nullable(Decimal),
  listId: nullable(Type.String()),
  refusal: nullable(RefusalDetail),
  execRefId: nullable(
    Type.String({ description: "With tradeCancel and tradeCorrect: the fill that is taken back or corrected" }),
  ),
  text: nullable(Type.String({ description: "Why that was done" })),
});
export type ExecutionJson = Static<typeof Execution>;

export const Position = Type.Object({
  symbol: Type.String(),
  leg: oneOf(["net", "long", "short"], "net: the only one of a netting account; long, short: those of a hedging one"),
  qty: Decimal,
  avgPx: nullable(Decimal),
  cost: Decimal,
  realisedPnl: Decimal,
  unrealisedPnl: nullable(Decimal),
  markPx: nullable(Decimal),
  markSource: nullable(oneOf(["middle", "last"], "The middle of the book, else the last trade; null where there is neither")),
  markStale: Type.Boolean({ description: "The book is not in step, or the mark is too old, or there is none" }),
  fees: Decimal,
  currency: Type.String(),
});

export const Balance = Type.Object({
  currency: Type.String(),
  cash: Decimal,
  used: Decimal,
  held: Decimal,
  available: Decimal,
});

export const Account = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  state: oneOf(TRADING_STATES),
  kind: oneOf(ACCOUNT_KINDS, "How its positions are paid for"),
  positionMode: oneOf(POSITION_MODES, "One position in each instrument, or a long and a short leg"),
  selfTradeGroup: nullable(Type.Integer({ description: "Accounts of one group do not trade with each other" })),
  strategyStates: Type.Array(Type.Object({ strategy: Type.Integer(), state: oneOf(TRADING_STATES) }), {
    description: "Strategies that are not active",
  }),
  baseEquity: nullable(
    Type.Object({
      currency: Type.String(),
      equity: nullable(Decimal),
      stale: Type.Boolean({ description: "A mark that it rests on is stale" }),
      unconverted: Type.Array(Type.String(), { description: "Money that no instrument converts; equity is null then" }),
    }),
  ),
  accountSeq: Type.Integer(),
  permissions: Type.Array(oneOf(PERMISSIONS)),
  orders: Type.Array(Order),
  positions: Type.Array(Position),
  balances: Type.Array(Balance),
});

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

export const Book = Type.Object({
  symbol: Type.String(),
  seq: Type.Integer(),
  state: oneOf(["synced", "stale", "resyncing"]),
  bids: Type.Array(Type.Tuple([Decimal, Decimal]), { description: "Best first: [price, quantity]" }),
  asks: Type.Array(Type.Tuple([Decimal, Decimal]), { description: "Best first: [price, quantity]" }),
});

export const Health = Type.Object({
  status: oneOf(["ready", "not ready"]),
  components: Type.Array(
    Type.Object({
      component: Type.String(),
      state: oneOf(["up", "degraded", "down"]),
      detail: Type.String(),
      figures: Type.Optional(
        Type.Record(Type.String(), Type.Number(), { description: "The same as in /metrics, where this part has any" }),
      ),
    }),
  ),
});

export const AccountQuery = Type.Object({ account: AccountName }, strict);
export const OrdersQuery = Type.Object(
  {
    account: AccountName,
    status: Type.Optional(oneOf(["open", "closed", "all"], "all where absent")),
    limit: Type.Optional(LimitText),
  },
  strict,
);
export const ExecutionsQuery = Type.Object(
  {
    account: AccountName,
    limit: Type.Optional(LimitText),
    before: Type.Optional(
      Type.String({ pattern: "^\\d{1,19}\\.\\d{1,19}\\.\\d{1,9}$", description: "`next` of the page before" }),
    ),
    execType: Type.Optional(
      oneOf(["trade", "all"], "trade: fills, and what was taken back or corrected of them; all where absent"),
    ),
  },
  strict,
);
export const LedgerQuery = Type.Object(
  {
    account: AccountName,
    currency: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
    limit: Type.Optional(LimitText),
    before: Type.Optional(
      Type.String({ pattern: "^\\d{1,19}\\.\\d{1,19}\\.\\d{1,9}\\.\\d{1,3}$", description: "`next` of the page before" }),
    ),
  },
  strict,
);
export const MassCancelQuery = Type.Object(
  {
    account: AccountName,
    symbol: Type.Optional(SymbolText),
    side: Type.Optional(oneOf(SIDES)),
    strategy: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,9}$", description: "Number of the strategy" })),
  },
  strict,
);
/** A moment: milliseconds since the epoch, or a date or time of ISO 8601 in UTC. Read by `readMoment`. */
const MOMENT = "^(\\d{1,15}|\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?Z)?)$";
const moment = (what: string) =>
  Type.String({ pattern: MOMENT, description: `${what}. ms since the epoch, or 2026-11-22T13:30Z` });

export const BarsQuery = Type.Object(
  {
    symbol: SymbolText,
    interval: oneOf(["1s", "1m", "5m", "15m", "1h", "1d"]),
    from: Type.Optional(moment("First open time; 500 bars back where absent")),
    to: Type.Optional(moment("End, exclusive; now where absent")),
  },
  strict,
);
export const BookQuery = Type.Object(
  {
    symbol: SymbolText,
    depth: Type.Optional(
      Type.String({ pattern: "^([1-9]\\d{0,2}|1000)$", description: "Levels a side, 1 to 1000; 20 where absent" }),
    ),
  },
  strict,
);
export const ClOrdIdParams = Type.Object({ clOrdId: ClOrdIdText }, strict);
export const AccountParams = Type.Object({ name: AccountName }, strict);
export const KeyParams = Type.Object({ id: Type.String({ pattern: "^[A-Za-z0-9]{12}$" }) }, strict);
export const SymbolParams = Type.Object({ symbol: SymbolText }, strict);
const Reason = Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "For the record" }));
const Flatten = Type.Optional(Type.Boolean({ description: "Close the positions at the market afterwards" }));
/** May be absent altogether: whoever must stop in a hurry has no time for a body. */
const control = <T extends Record<string, TSchema>>(members: T) => Type.Union([Type.Object(members, strict), Type.Null()]);
export const HaltBody = control({ reason: Reason, flatten: Flatten, strategy: Type.Optional(StrategyNumber) });
export const ReleaseBody = control({ reason: Reason, strategy: Type.Optional(StrategyNumber) });
export const WideHaltBody = control({ reason: Reason, flatten: Flatten });
export const WideReleaseBody = control({ reason: Reason });

export const SetLimitBody = Type.Object(
  {
    scope: LimitScope,
    limit: LimitKind,
    symbol: Type.Optional(SymbolText),
    currency: Type.Optional(Type.String({ minLength: 1, maxLength: 16, description: "For limits of money" })),
    max: Type.Optional(
      nullable({
        ...DecimalText,
        description:
          "Money in the currency; a quantity of the symbol, or lots where none is named; else a count. Absent or null takes the limit away",
      }),
    ),
    windowMs: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_WINDOW_MS_MAX, description: "For rates" })),
    reason: Type.String({ minLength: 1, maxLength: 200, description: "For the record" }),
  },
  strict,
);
export type SetLimitJson = Static<typeof SetLimitBody>;

export const AccountKindBody = Type.Object(
  {
    kind: oneOf(
      ACCOUNT_KINDS,
      "standard: paid in full, long or short. cash: paid in full, long only. margin: by the instruments' margins",
    ),
    positionMode: Type.Optional(
      oneOf(
        POSITION_MODES,
        "netting: one position in each instrument. hedging: a long and a short leg; what is reduce-only closes the other side's. Absent: as it is",
      ),
    ),
    reason: Type.String({ minLength: 1, maxLength: 200, description: "For the record" }),
  },
  strict,
);
/** Who corrects says why. */
const GivenReason = Type.String({ minLength: 1, maxLength: 200, description: "Why, for the record; its owners read it" });

export const ExecIdParams = Type.Object({ execId: Type.String({ pattern: "^[1-9]\\d{0,18}$" }) }, strict);
export const BustBody = Type.Object({ reason: GivenReason }, strict);
export const CorrectBody = Type.Object({ qty: Decimal, price: Decimal, reason: GivenReason }, strict);
export const CorrectedTrade = Type.Object({
  tradeId: Type.String(),
  symbol: Type.String(),
  bust: Type.Boolean(),
  sides: Type.Array(
    Type.Object({
      account: Type.String(),
      execId: Type.String(),
      side: oneOf(SIDES),
      qty: Decimal,
      price: Decimal,
      fee: Decimal,
    }),
    { description: "The maker's first; one where the other was the venue's" },
  ),
});

const CurrencyCode = Type.String({ minLength: 1, maxLength: 16 });
export const FundsBody = Type.Object(
  {
    currency: CurrencyCode,
    amount: Decimal,
    reference: Type.String({
      pattern: "^[!-~]{1,36}$",
      description:
        "1 to 36 printable ASCII characters, unique per account: a second request of the same reference and content moves nothing",
    }),
    reason: GivenReason,
  },
  strict,
);
export const MovedFunds = Type.Object({
  ...Balance.properties,
  reference: Type.String(),
  repeated: Type.Boolean({ description: "Whether it had been done before; nothing was moved now" }),
});

/** Accounts are in addresses. */
const NewAccountName = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", description: "Unique; it never changes" });
export const OpenAccountBody = Type.Object(
  {
    name: NewAccountName,
    kind: Type.Optional(oneOf(ACCOUNT_KINDS, "standard where absent")),
    positionMode: Type.Optional(oneOf(POSITION_MODES, "netting where absent")),
    deposits: Type.Optional(
      Type.Array(Type.Object({ currency: CurrencyCode, amount: Decimal }, strict), {
        maxItems: 32,
        description: "Money that it begins with; each currency once",
      }),
    ),
    reason: GivenReason,
  },
  strict,
);
export const OpenedAccount = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
  state: Type.String(),
  balances: Type.Array(Balance),
});
export const AccountRow = Type.Object({
  account: Type.String(),
  id: Type.Integer(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
  state: Type.String(),
  permissions: Type.Array(oneOf(PERMISSIONS), { description: "What you may do there" }),
});

const UserName = Type.String({
  pattern: "^[a-z0-9][a-z0-9._-]{0,31}$",
  description: "1 to 32 of a-z, 0-9, dot, underscore and hyphen; it never changes",
});
const NewPassword = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX });
const UserReason = Type.String({ minLength: 1, maxLength: 200, description: "Why, for the record" });
export const NewUserBody = Type.Object(
  {
    name: UserName,
    role: oneOf(ROLES),
    password: Type.Optional({ ...NewPassword, description: "Made where absent, and shown in the answer" }),
    reason: UserReason,
  },
  strict,
);
export const ChangeUserBody = Type.Object(
  {
    role: Type.Optional(oneOf(ROLES)),
    disabled: Type.Optional(Type.Boolean()),
    password: Type.Optional(NewPassword),
    generatePassword: Type.Optional(Type.Literal(true, { description: "Makes one, and shows it in the answer" })),
    reason: UserReason,
  },
  { ...strict, minProperties: 2 },
);
export const GrantBody = Type.Object(
  {
    permissions: Type.Array(oneOf(PERMISSIONS), { minItems: 1, maxItems: 4, uniqueItems: true }),
    reason: UserReason,
  },
  strict,
);
export const UserParams = Type.Object({ name: UserName }, strict);
export const GrantParams = Type.Object({ name: UserName, account: AccountName }, strict);
export const WithdrawQuery = Type.Object({ reason: UserReason }, strict);
export const UserRow = Type.Object({
  id: Type.Integer({ description: "What limits name him by" }),
  name: Type.String(),
  role: oneOf(ROLES),
  disabled: Type.Boolean(),
  createdTsMs: TsMs,
  accounts: Type.Array(
    Type.Object({
      account: Type.String(),
      id: Type.Integer(),
      permissions: Type.Array(oneOf(PERMISSIONS), { description: "As given; what the role cannot use is of no use" }),
    }),
  ),
});
export const ChangedUser = Type.Object({
  ...UserRow.properties,
  generatedPassword: nullable(Type.String({ description: "Shown here and never again; null where none was made" })),
});

/** Why an amount moved. `tradeBack` and `feeBack` are of trades that were bust or corrected. */
export const LEDGER_KINDS = ["trade", "fee", "deposit", "withdrawal", "tradeBack", "feeBack"] as const;
export const LedgerEntry = Type.Object({
  seq: Type.Integer(),
  tsMs: TsMs,
  kind: oneOf(LEDGER_KINDS),
  amount: Decimal,
  currency: Type.String(),
  contra: oneOf(
    ["market", "house", "fees", "outside"],
    "Where it came from or went: another user's account is only told as the market",
  ),
  symbol: nullable(Type.String()),
  execId: nullable(Type.String()),
  tradeId: nullable(Type.String()),
});
export type LedgerEntryJson = Static<typeof LedgerEntry>;

export const BaseCurrencyBody = Type.Object(
  {
    currency: nullable(Type.String({ minLength: 1, maxLength: 16, description: "null: none" })),
    reason: Type.String({ minLength: 1, maxLength: 200, description: "For the record" }),
  },
  strict,
);
export const BaseCurrency = Type.Object({ account: Type.String(), currency: nullable(Type.String()) });

const FeeRates = {
  makerFeePpm: Type.Integer({ description: "Of a resting order, parts per million of the value; negative is a rebate" }),
  takerFeePpm: Type.Integer({ description: "Of an incoming order, parts per million of the value" }),
};
const FeeTier = Type.Object({
  notionalMin: Type.String({ description: "Volume of 30 days from which on it holds, in the currency" }),
  ...FeeRates,
});
export type FeeTierJson = Static<typeof FeeTier>;
export const FeeScheduleBody = Type.Object(
  {
    account: Type.Optional({
      ...AccountName,
      description: "Whose; the firm's where absent, for accounts without one of their own",
    }),
    currency: Type.String({ minLength: 1, maxLength: 16 }),
    tiers: Type.Array(Type.Object({ notionalMin: Decimal, ...FeeRates }, strict), {
      maxItems: 16,
      description: "Ascending, the first from 0; none: the schedule is taken away",
    }),
    reason: Type.String({ minLength: 1, maxLength: 200, description: "For the record" }),
  },
  strict,
);
export const FeeSchedule = Type.Object({
  account: nullable(Type.String({ description: "null: the firm's" })),
  currency: Type.String(),
  tiers: Type.Array(FeeTier),
});
export const AccountFees = Type.Object({
  currency: Type.String(),
  schedule: oneOf(["account", "firm"], "Whose schedule it is"),
  volume: Type.String({ description: "Traded on the 30 UTC days before today; corrections may make it negative" }),
  today: Type.String({ description: "Traded today: counts from tomorrow on" }),
  tier: Type.Integer({ description: "Number of the tier that is paid, from 1" }),
  ...FeeRates,
  nextTier: nullable(
    Type.Object({ notionalMin: Type.String(), missing: Type.String({ description: "What the volume lacks" }), ...FeeRates }),
  ),
  tiers: Type.Array(FeeTier),
});

export const AccountKind = Type.Object({
  account: Type.String(),
  kind: oneOf(ACCOUNT_KINDS),
  positionMode: oneOf(POSITION_MODES),
});

export const SelfTradeGroupBody = Type.Object(
  {
    group: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "0: the account is by itself" }),
    reason: Type.String({ minLength: 1, maxLength: 200, description: "For the record" }),
  },
  strict,
);
export const SelfTradeGroup = Type.Object({ account: Type.String(), group: nullable(Type.Integer()) });

export const RiskEvent = Type.Object({
  id: Type.String({ description: "Unique; newer ones sort after it by its two numbers" }),
  tsMs: TsMs,
  kind: oneOf(["tradingState", "limit", "accountConfigured", "lossLimitPassed", "liquidation", "feeSchedule"]),
  user: nullable(Type.String({ description: "Who asked; null: the engine itself" })),
  key: nullable(Type.Integer({ description: "Number of the API key that it came by" })),
  scope: nullable(LimitScope),
  symbol: nullable(Type.String({ description: "Of an instrument's state, or of the limit" })),
  state: nullable(oneOf(TRADING_STATES, "Of a tradingState: after it")),
  canceledCount: Type.Integer({ description: "Orders that it ended" }),
  limit: nullable(LimitKind),
  currency: nullable(Type.String()),
  max: nullable(Type.String({ description: "The limit, null where it was taken away; of a liquidation: what must be kept" })),
  value: nullable(Type.String({ description: "The loss; of a liquidation: the equity" })),
  windowMs: nullable(Type.Integer()),
  accountKind: nullable(oneOf(ACCOUNT_KINDS)),
  positionMode: nullable(oneOf(POSITION_MODES)),
  selfTradeGroup: nullable(Type.Integer()),
  reason: Type.String(),
  feeTiers: nullable(Type.Array(FeeTier, { description: "Of a feeSchedule: what it is from then on; none: it was taken away" })),
});
export type RiskEventJson = Static<typeof RiskEvent>;

export const RiskEventsQuery = Type.Object(
  {
    limit: Type.Optional(LimitText),
    before: Type.Optional(Type.String({ pattern: "^\\d{1,19}\\.\\d{1,9}$", description: "`next` of the page before" })),
  },
  strict,
);
/** A refusal of the core. `limit`, `value` and `headroom` are decimals in `unit`, null where the rule has no figures. */
export const RefusalProblem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    requestId: Type.String(),
    code: Type.Integer({ description: "Number of the rule; docs/refusals.md lists them" }),
    rule: Type.String({ description: "Name of the rule" }),
    transient: Type.Boolean({ description: "Whether the same request may pass later" }),
    unit: oneOf(["none", "price", "quantity", "money", "count"]),
    currency: nullable(Type.String()),
    limit: nullable(Type.String()),
    value: nullable(Type.String()),
    headroom: nullable(Type.String()),
    scope: nullable(LimitScope),
    clOrdId: nullable(Type.String()),
  },
  { description: "A refusal (problem details with the rule, its limit, the value found and the headroom left)" },
);
export type RefusalProblemJson = Static<typeof RefusalProblem>;

export const OutcomeUnknown = Type.Object(
  {
    outcome: oneOf(["unknown"]),
    clOrdId: nullable(Type.String()),
  },
  { additionalProperties: true, description: "No answer in time: ask for the order before sending it again" },
);
