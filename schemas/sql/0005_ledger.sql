-- Trades that are bust or corrected, and the ledger.
--
-- `exec_type` is now also 14 trade cancel and 15 trade correct: reports of a fill that was taken back, and of what it is from now on.
ALTER TABLE executions
  ADD COLUMN exec_ref_id bigint NOT NULL DEFAULT 0,  -- exec_id of the fill that this takes back or corrects; 0 = none
  ADD COLUMN by_user_id  bigint NOT NULL DEFAULT 0,  -- who did that
  ADD COLUMN text        text NOT NULL DEFAULT '';   -- why

-- Double entry: every amount that moves is two rows, one of each account, and their sum is zero. So the sum over all rows of a
-- currency is zero after every command, and an account's rows of a currency sum to its cash less the cost of its positions.
-- It begins with the first command that is projected after this file was applied.
CREATE TABLE ledger (
  seq               bigint NOT NULL,
  idx               integer NOT NULL,         -- the event that moved it; 0 for deposits
  leg               smallint NOT NULL,        -- the row's place among that event's; a pair is 2n and 2n + 1
  ts_ns             bigint NOT NULL,
  ts                timestamptz NOT NULL,
  account_id        bigint NOT NULL,          -- 1 house, 2 fees, 3 outside (deposits), else a user's
  contra_account_id bigint NOT NULL,          -- where it came from or went
  currency_id       integer NOT NULL,
  amount_minor      bigint NOT NULL,          -- what the account gets; negative: what it pays
  kind              smallint NOT NULL,        -- 1 trade, 2 fee, 3 deposit, 4 withdrawal, 5 trade taken back, 6 fee given back
  instrument_id     bigint NOT NULL,          -- 0 = none
  exec_id           bigint NOT NULL,          -- the report that says so; 0 = none
  trade_id          bigint NOT NULL,          -- 0 = none
  PRIMARY KEY (seq, idx, leg, ts)
);

CREATE INDEX ledger_account_ts ON ledger (account_id, ts_ns DESC, seq DESC, idx DESC, leg DESC);
CREATE INDEX ledger_ts_brin ON ledger USING brin (ts);
