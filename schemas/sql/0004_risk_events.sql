-- Who changed what may be done, and why: trading states, limits, kinds of accounts; and what losses led to. Projected, never edited.

CREATE TABLE risk_events (
  seq              bigint NOT NULL,
  idx              integer NOT NULL,
  ts_ns            bigint NOT NULL,            -- engine time of the command
  kind             smallint NOT NULL,          -- 1 trading state, 2 limit, 3 account configured, 4 loss limit passed, 5 liquidation
  user_id          bigint NOT NULL,            -- who asked; 0 = the engine itself
  session_id       bigint NOT NULL,            -- what it came in on; 0 = REST, or nobody
  key_id           bigint NOT NULL,            -- number of the API key; 0 = none
  scope            smallint NOT NULL,          -- LimitScope: 1 firm, 2 account, 3 strategy, 4 user, 5 key; 0 = an instrument
  account_id       bigint NOT NULL,            -- of account and strategy
  scope_id         bigint NOT NULL,            -- number of the strategy, user or key
  instrument_id    bigint NOT NULL,            -- of the instrument's state, or the limit's; 0 = none
  state            smallint NOT NULL,          -- TradingState after it: 1 active, 2 halted, 3 reducing; 0 = not about one
  canceled_count   bigint NOT NULL,            -- orders that it ended
  limit_kind       smallint NOT NULL,          -- LimitKind; 0 = not about one
  is_set           boolean NOT NULL,           -- false: the limit was taken away
  currency_id      integer NOT NULL,           -- of the figures, where they are money
  limit_value      bigint NOT NULL,            -- the limit; for a liquidation, what must be kept
  found_value      bigint NOT NULL,            -- the loss; for a liquidation, the equity
  window_ns        bigint NOT NULL,
  account_kind     smallint NOT NULL,          -- AccountKind: 1 standard, 2 cash, 3 margin; 0 = not about it
  self_trade_group bigint NOT NULL,
  reason           text NOT NULL,
  PRIMARY KEY (seq, idx)
);

CREATE INDEX risk_events_account ON risk_events (account_id, seq DESC, idx DESC);

-- Whose limit refused: LimitScope, its account, and the number of the strategy, user or key.
ALTER TABLE refusals
  ADD COLUMN scope            smallint NOT NULL DEFAULT 0,
  ADD COLUMN scope_account_id bigint NOT NULL DEFAULT 0,
  ADD COLUMN scope_id         bigint NOT NULL DEFAULT 0;
ALTER TABLE orders
  ADD COLUMN refusal_scope            smallint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_scope_account_id bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_scope_id         bigint NOT NULL DEFAULT 0;
ALTER TABLE executions
  ADD COLUMN refusal_scope            smallint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_scope_account_id bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_scope_id         bigint NOT NULL DEFAULT 0;

ALTER TABLE instruments
  ADD COLUMN collar_reference       smallint NOT NULL DEFAULT 1, -- CollarReference: 1 mark, 2 last, 3 mid
  ADD COLUMN collar_ticks           bigint NOT NULL DEFAULT 0,   -- 0 = no bound in ticks
  ADD COLUMN collar_window_bps      bigint NOT NULL DEFAULT 0,   -- 0 = no window
  ADD COLUMN collar_window_ns       bigint NOT NULL DEFAULT 0,
  ADD COLUMN initial_margin_ppm     bigint NOT NULL DEFAULT 1000000,
  ADD COLUMN maintenance_margin_ppm bigint NOT NULL DEFAULT 500000;

-- A key's number: what limits, audits and the core name it by. Never given again.
ALTER TABLE api_keys ADD COLUMN key_number integer GENERATED ALWAYS AS IDENTITY UNIQUE;
