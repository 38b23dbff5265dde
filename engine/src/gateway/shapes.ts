/**
 * The JSON that REST takes and gives, as schemas: they check requests, write the documentation and filter answers.
 *
 * Prices, quantities and money are decimal strings, exact. Ids are strings, times are milliseconds since the UNIX epoch as
 * numbers, sequences are numbers below 2^53.
 */
import { Type, type Static, type TSchema } from "@fastify/type-provider-typebox";
import { ROLES } from "./permission.js";

const strict = { additionalProperties: false } as const;

const oneOf = <const T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });
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
export const SIDES = ["buy", "sell"] as const;
export const ORD_TYPES = ["limit", "market"] as const;
export const TIMES_IN_FORCE = ["gtc", "ioc", "fok"] as const;
const ORD_STATUSES = ["new", "partiallyFilled", "filled", "canceled", "expired"] as const;
const EXEC_TYPES = ["new", "trade", "replaced", "canceled", "expired", "status"] as const;
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
  label: Type.String(),
  scopes: Type.Array(oneOf(PERMISSIONS)),
  createdTsMs: TsMs,
  expiresTsMs: TsMs,
});
export const NewApiKey = Type.Object({
  ...ApiKey.properties,
  apiKey: Type.String({ description: "The key itself; shown here and never again" }),
});

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
  lastPx: nullable(Decimal),
});

export const NewOrderBody = Type.Object(
  {
    account: AccountName,
    clOrdId: ClOrdIdText,
    symbol: SymbolText,
    side: oneOf(SIDES),
    ordType: oneOf(ORD_TYPES),
    timeInForce: Type.Optional(oneOf(TIMES_IN_FORCE, "gtc for limit orders and ioc for market orders where absent")),
    orderQty: DecimalText,
    price: Type.Optional(DecimalText),
  },
  strict,
);

export const ReplaceBody = Type.Object(
  {
    orderQty: DecimalText,
    price: DecimalText,
    clOrdId: Type.Optional(ClOrdIdText),
  },
  strict,
);

export const Order = Type.Object({
  orderId: Type.String(),
  clOrdId: Type.String(),
  account: Type.String(),
  symbol: Type.String(),
  side: oneOf(SIDES),
  ordType: oneOf(ORD_TYPES),
  timeInForce: oneOf(TIMES_IN_FORCE),
  ordStatus: oneOf(ORD_STATUSES),
  reason: Type.String({ description: "Why it left the book other than by a fill; none otherwise" }),
  orderQty: Decimal,
  price: nullable(Decimal),
  cumQty: Decimal,
  leavesQty: Decimal,
  avgPx: nullable(Decimal),
  createdTsMs: TsMs,
});
export type OrderJson = Static<typeof Order>;

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
});
export type ExecutionJson = Static<typeof Execution>;

export const Position = Type.Object({
  symbol: Type.String(),
  qty: Decimal,
  avgPx: nullable(Decimal),
  cost: Decimal,
  realisedPnl: Decimal,
  unrealisedPnl: nullable(Decimal),
  markPx: nullable(Decimal),
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
  state: oneOf(["active", "halted"]),
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
    Type.Object({ component: Type.String(), state: oneOf(["up", "degraded", "down"]), detail: Type.String() }),
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
    execType: Type.Optional(oneOf(["trade", "all"], "all where absent")),
  },
  strict,
);
export const MassCancelQuery = Type.Object({ account: AccountName, symbol: Type.Optional(SymbolText) }, strict);
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
/** May be absent altogether: whoever must stop in a hurry has no time for a body. */
export const ControlBody = Type.Union([
  Type.Object({ reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "For the record" })) }, strict),
  Type.Null(),
]);

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
