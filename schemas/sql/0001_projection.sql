-- The projection: what the journal of commands has come to, as tables for history, blotters and charts.
--
-- Written by the projector alone, one transaction per batch of commands, together with its watermark: a row is here exactly
-- once, whatever crashed. It can be dropped and rebuilt from the journal at any time, so nothing else may be kept here.
--
-- Units: prices are ticks and quantities lots of the instrument, money is in minor units of the currency, times are
-- nanoseconds since the UNIX epoch (`_ts_ns`). A `ts` or `open_ts` beside one is the same moment cut to microseconds: it is
-- what the table is partitioned by. `seq` is the command that caused the row, `idx` the row's place among that command's
-- events. Enumerations are the numbers of schemas/fbs. Text that was not given is ''. 0 in an id means none.
--
-- executions, refusals, ticks and bars grow with time. They are made plain here; the migration runner turns them into
-- hypertables where the server offers TimescaleDB and into native range partitions elsewhere, before any row is written.
-- That is why their primary keys hold the time.

-- How far a stream of commands has been projected. The projector moves `last_seq` by compare-and-set: the second of two
-- projectors finds it moved, and stops.
CREATE TABLE projection_watermark (
  stream   text PRIMARY KEY,               -- 'core'
  last_seq bigint NOT NULL,                -- last command whose rows are here
  updated  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO projection_watermark (stream, last_seq) VALUES ('core', 0);

-- One row per currency; last definition.
CREATE TABLE currencies (
  currency_id integer PRIMARY KEY,
  code        text NOT NULL,               -- 'USD'
  decimals    smallint NOT NULL,           -- one unit is 10^decimals minor units
  seq         bigint NOT NULL
);

-- One row per instrument; last definition.
CREATE TABLE instruments (
  instrument_id      bigint PRIMARY KEY,
  symbol             text NOT NULL,        -- 'BTCUSDT'
  name               text NOT NULL,
  asset_class        text NOT NULL,        -- crypto, equity, fx, future
  venue              smallint NOT NULL,    -- Venue: 1 internal, 2 simulated, 3 paper
  base_currency      text NOT NULL,        -- what a lot is of
  quote_currency_id  integer NOT NULL,     -- currencies: of the price and of all money
  price_decimals     smallint NOT NULL,
  tick_mantissa      bigint NOT NULL,      -- one tick is tick_mantissa / 10^price_decimals
  qty_decimals       smallint NOT NULL,
  lot_mantissa       bigint NOT NULL,      -- one lot is lot_mantissa / 10^qty_decimals
  tick_lot_minor     bigint NOT NULL,      -- value of one tick on one lot
  qty_lots_min       bigint NOT NULL,
  qty_lots_max       bigint NOT NULL,
  notional_minor_max bigint NOT NULL,
  collar_bps         bigint NOT NULL,      -- 0 = no collar
  maker_fee_ppm      integer NOT NULL,     -- of the notional; negative is a rebate
  taker_fee_ppm      integer NOT NULL,
  seq                bigint NOT NULL
);

CREATE INDEX instruments_symbol ON instruments (symbol);

-- One row per account; last state.
CREATE TABLE accounts (
  account_id    bigint PRIMARY KEY,
  name          text NOT NULL,             -- 'PAPER-1'
  state         smallint NOT NULL,         -- TradingState: 1 active, 2 halted
  reason        text NOT NULL,             -- why it is in that state
  account_seq   bigint NOT NULL,           -- dense per account over all its events
  updated_ts_ns bigint NOT NULL,
  seq           bigint NOT NULL
);

CREATE INDEX accounts_name ON accounts (name);

-- One row per order; the state after its last execution.
CREATE TABLE orders (
  order_id       bigint PRIMARY KEY,       -- the seq of the command that made it
  account_id     bigint NOT NULL,
  instrument_id  bigint NOT NULL,
  cl_ord_id      text NOT NULL,            -- the client's current name for it
  side           smallint NOT NULL,        -- Side: 1 buy, 2 sell
  ord_type       smallint NOT NULL,        -- OrdType: 1 market, 2 limit
  time_in_force  smallint NOT NULL,        -- TimeInForce: 1 gtc, 3 ioc, 4 fok
  ord_status     smallint NOT NULL,        -- OrdStatus: 1 new, 2 partially filled, 3 filled, 4 canceled, 5 expired
  reason         smallint NOT NULL,        -- ExecReason: why it left the book other than by a fill
  order_qty_lots bigint NOT NULL,
  price_ticks    bigint NOT NULL,          -- 0 for market orders
  cum_qty_lots   bigint NOT NULL,
  leaves_qty_lots bigint NOT NULL,         -- 0 when done
  cum_lot_ticks  bigint NOT NULL,          -- sum of fill quantity times price; average price = / cum_qty_lots
  session_id     bigint NOT NULL,          -- what it came in on
  created_ts_ns  bigint NOT NULL,
  updated_ts_ns  bigint NOT NULL,
  seq            bigint NOT NULL
);

CREATE INDEX orders_account_created ON orders (account_id, created_ts_ns DESC, order_id DESC);
CREATE INDEX orders_account_cl_ord_id ON orders (account_id, cl_ord_id);

-- Every execution report, oldest first by (seq, idx). The price is the order's limit, last_px_ticks the fill's.
CREATE TABLE executions (
  seq             bigint NOT NULL,
  idx             integer NOT NULL,
  ts_ns           bigint NOT NULL,         -- engine time of the command
  ts              timestamptz NOT NULL,
  account_id      bigint NOT NULL,
  account_seq     bigint NOT NULL,
  exec_id         bigint NOT NULL,
  order_id        bigint NOT NULL,
  instrument_id   bigint NOT NULL,
  cl_ord_id       text NOT NULL,
  orig_cl_ord_id  text NOT NULL,           -- the name before this request
  exec_type       smallint NOT NULL,       -- ExecType: 1 new, 2 trade, 3 replaced, 4 canceled, 5 expired
  ord_status      smallint NOT NULL,
  reason          smallint NOT NULL,
  side            smallint NOT NULL,
  ord_type        smallint NOT NULL,
  time_in_force   smallint NOT NULL,
  order_qty_lots  bigint NOT NULL,
  price_ticks     bigint NOT NULL,
  cum_qty_lots    bigint NOT NULL,
  leaves_qty_lots bigint NOT NULL,
  cum_lot_ticks   bigint NOT NULL,
  last_qty_lots   bigint NOT NULL,         -- this fill; 0 where it is none
  last_px_ticks   bigint NOT NULL,
  last_fee_minor  bigint NOT NULL,         -- in the instrument's quote currency; negative is a rebate
  liquidity       smallint NOT NULL,       -- LiquidityInd: 0 not a fill, 1 maker, 2 taker
  trade_id        bigint NOT NULL,
  priority_kept   boolean NOT NULL,        -- replaced: whether time priority was kept
  session_id      bigint NOT NULL,         -- of the order
  created_ts_ns   bigint NOT NULL,         -- when the order was accepted
  PRIMARY KEY (seq, idx, ts)
);

CREATE INDEX executions_account_ts ON executions (account_id, ts_ns DESC, seq DESC, idx DESC);
CREATE INDEX executions_order ON executions (order_id, seq, idx);
CREATE INDEX executions_ts_brin ON executions USING brin (ts);

-- One row per account and instrument; the position after its last change. Kept when it is flat: it holds what was realised.
CREATE TABLE positions (
  account_id     bigint NOT NULL,
  instrument_id  bigint NOT NULL,
  qty_lots       bigint NOT NULL,          -- signed: short is negative
  cost_minor     bigint NOT NULL,          -- signed cost of the open quantity; average price = cost / qty
  realised_minor bigint NOT NULL,          -- so far, before fees
  fees_minor     bigint NOT NULL,          -- so far
  account_seq    bigint NOT NULL,
  updated_ts_ns  bigint NOT NULL,
  seq            bigint NOT NULL,
  PRIMARY KEY (account_id, instrument_id)
);

-- One row per account and currency. What a new order may use = cash - used - held.
CREATE TABLE balances (
  account_id    bigint NOT NULL,
  currency_id   integer NOT NULL,
  cash_minor    bigint NOT NULL,           -- deposits, realised profit and loss, fees
  used_minor    bigint NOT NULL,           -- cost of open positions, long or short
  held_minor    bigint NOT NULL,           -- what working orders may still need
  account_seq   bigint NOT NULL,
  updated_ts_ns bigint NOT NULL,
  seq           bigint NOT NULL,
  PRIMARY KEY (account_id, currency_id)
);

-- Every request that a rule refused, with the figures that were given to the requester.
CREATE TABLE refusals (
  seq             bigint NOT NULL,
  idx             integer NOT NULL,
  ts_ns           bigint NOT NULL,         -- engine time of the command
  ts              timestamptz NOT NULL,
  account_id      bigint NOT NULL,
  instrument_id   bigint NOT NULL,         -- 0 = none
  request_kind    smallint NOT NULL,       -- RequestKind: 3 new order, 4 cancel, 5 replace, 6 mass cancel, 7 control
  code            integer NOT NULL,        -- schemas/refusals.json
  limit_unit      smallint NOT NULL,       -- LimitUnit: 0 no figures, 1 ticks, 2 lots, 3 minor, 4 count, 5 bytes
  limit_value     bigint NOT NULL,
  found_value     bigint NOT NULL,
  headroom        bigint NOT NULL,
  currency_id     integer NOT NULL,        -- where the unit is minor; 0 = none
  cl_ord_id       text NOT NULL,
  orig_cl_ord_id  text NOT NULL,
  PRIMARY KEY (seq, idx, ts)
);

CREATE INDEX refusals_account_ts ON refusals (account_id, ts_ns DESC);
CREATE INDEX refusals_ts_brin ON refusals USING brin (ts);

-- Every trade: the outside market's and our own. Time and sales of an instrument: order by ts_event_ns, seq, idx.
CREATE TABLE ticks (
  seq           bigint NOT NULL,
  idx           integer NOT NULL,
  ts_event_ns   bigint NOT NULL,           -- the venue's time; the engine's for our own
  ts_recv_ns    bigint NOT NULL,           -- engine time of the command
  ts            timestamptz NOT NULL,      -- of the event
  instrument_id bigint NOT NULL,
  price_ticks   bigint NOT NULL,
  qty_lots      bigint NOT NULL,
  aggressor     smallint NOT NULL,         -- Side of the order that took
  trade_id      bigint NOT NULL,           -- the venue's, or ours where own
  own           boolean NOT NULL,
  PRIMARY KEY (instrument_id, ts, seq, idx)
);

CREATE INDEX ticks_ts_brin ON ticks USING brin (ts);

-- OHLCV bars by the venue's time, aligned to the UNIX epoch; the last state of each, also of the one still open.
CREATE TABLE bars (
  instrument_id bigint NOT NULL,
  interval_s    integer NOT NULL,          -- 1, 60, 300, 900, 3600, 86400
  open_ts_ns    bigint NOT NULL,           -- start, inclusive
  open_ts       timestamptz NOT NULL,
  open_ticks    bigint NOT NULL,
  high_ticks    bigint NOT NULL,
  low_ticks     bigint NOT NULL,
  close_ticks   bigint NOT NULL,
  volume_lots   bigint NOT NULL,
  trade_count   bigint NOT NULL,
  closed        boolean NOT NULL,          -- final
  seq           bigint NOT NULL,
  PRIMARY KEY (instrument_id, interval_s, open_ts)
);
