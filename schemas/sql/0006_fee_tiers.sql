-- Fee schedules. `kind` of a risk event is now also 6 fee schedule: `account_id` is whose it is (scope 2), or it is the firm's (scope 1),
-- `currency_id` its money, `is_set` false where it was taken away.
ALTER TABLE risk_events
  ADD COLUMN fee_tiers text NOT NULL DEFAULT '';  -- of each tier `notional_min_minor:maker_fee_ppm:taker_fee_ppm`, ascending, a space between
