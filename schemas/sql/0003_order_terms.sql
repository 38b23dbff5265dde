-- What orders can ask for beyond side, type and price, and what came of it; and when instruments trade.
--
-- `ord_type` is now also 3 stop, 4 stop limit, 5 trailing stop, 6 market if touched, 7 limit if touched; `time_in_force` also
-- 2 day and 6 gtd; `ord_status` also 7 held (waiting for its trigger or its parent) and 8 rejected (refused after it was
-- accepted); `exec_type` also 7 triggered, 8 restated and 9 rejected; accounts' `state` also 3 reducing.

ALTER TABLE instruments
  ADD COLUMN session_open_minute  integer NOT NULL DEFAULT 0,   -- minute of the day, UTC, when a session opens
  ADD COLUMN session_close_minute integer NOT NULL DEFAULT 0,   -- at or before the opening: on the next day
  ADD COLUMN session_weekdays     smallint NOT NULL DEFAULT 127; -- days that have one; bit 0 is Monday

ALTER TABLE orders
  ADD COLUMN trigger_price_ticks   bigint NOT NULL DEFAULT 0,   -- of a trailing stop: where it stood; 0 = none
  ADD COLUMN trigger_source        smallint NOT NULL DEFAULT 0, -- TriggerSource: 1 last, 2 mark, 3 quote, 4 mid
  ADD COLUMN trail_ticks           bigint NOT NULL DEFAULT 0,   -- a trailing stop has one of the two
  ADD COLUMN trail_bps             bigint NOT NULL DEFAULT 0,
  ADD COLUMN display_qty_lots      bigint NOT NULL DEFAULT 0,   -- 0 = all of it is shown
  ADD COLUMN cash_qty_minor        bigint NOT NULL DEFAULT 0,   -- what a market order's quantity was found for
  ADD COLUMN expire_ts_ns          bigint NOT NULL DEFAULT 0,   -- of gtd orders
  ADD COLUMN post_only             smallint NOT NULL DEFAULT 0, -- PostOnly: 1 reject, 2 reprice
  ADD COLUMN reduce_only           boolean NOT NULL DEFAULT false,
  ADD COLUMN self_trade_prevention smallint NOT NULL DEFAULT 0, -- SelfTradePrevention; 0 = before there was any
  ADD COLUMN strategy              bigint NOT NULL DEFAULT 0,   -- as its owner numbers them; 0 = none
  ADD COLUMN deadline_ts_ns        bigint NOT NULL DEFAULT 0,
  ADD COLUMN working               boolean NOT NULL DEFAULT false, -- in the book: not waiting, and not done
  ADD COLUMN list_id               bigint NOT NULL DEFAULT 0,   -- order_id of the list's first order; 0 = none
  ADD COLUMN contingency           smallint NOT NULL DEFAULT 0, -- Contingency: 1 oco, 2 oto, 3 bracket
  ADD COLUMN refusal_code          integer NOT NULL DEFAULT 0,  -- why a check refused it late; schemas/refusals.json
  ADD COLUMN refusal_unit          smallint NOT NULL DEFAULT 0, -- LimitUnit of the three figures
  ADD COLUMN refusal_limit         bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_value         bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_headroom      bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_currency_id   integer NOT NULL DEFAULT 0;

UPDATE orders SET working = ord_status IN (1, 2);

CREATE INDEX orders_list ON orders (list_id) WHERE list_id <> 0;

-- The same, as of each report.
ALTER TABLE executions
  ADD COLUMN trigger_price_ticks   bigint NOT NULL DEFAULT 0,
  ADD COLUMN trigger_source        smallint NOT NULL DEFAULT 0,
  ADD COLUMN trail_ticks           bigint NOT NULL DEFAULT 0,
  ADD COLUMN trail_bps             bigint NOT NULL DEFAULT 0,
  ADD COLUMN display_qty_lots      bigint NOT NULL DEFAULT 0,
  ADD COLUMN cash_qty_minor        bigint NOT NULL DEFAULT 0,
  ADD COLUMN expire_ts_ns          bigint NOT NULL DEFAULT 0,
  ADD COLUMN post_only             smallint NOT NULL DEFAULT 0,
  ADD COLUMN reduce_only           boolean NOT NULL DEFAULT false,
  ADD COLUMN self_trade_prevention smallint NOT NULL DEFAULT 0,
  ADD COLUMN strategy              bigint NOT NULL DEFAULT 0,
  ADD COLUMN deadline_ts_ns        bigint NOT NULL DEFAULT 0,
  ADD COLUMN working               boolean NOT NULL DEFAULT false,
  ADD COLUMN list_id               bigint NOT NULL DEFAULT 0,
  ADD COLUMN contingency           smallint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_code          integer NOT NULL DEFAULT 0,
  ADD COLUMN refusal_unit          smallint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_limit         bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_value         bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_headroom      bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusal_currency_id   integer NOT NULL DEFAULT 0;
