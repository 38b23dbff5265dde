-- Accounts that hedge have two positions in an instrument: `leg` is 1 net, 2 long, 3 short (PositionLeg). What was projected before is net.
ALTER TABLE positions
  ADD COLUMN leg smallint NOT NULL DEFAULT 1,
  DROP CONSTRAINT positions_pkey,
  ADD PRIMARY KEY (account_id, instrument_id, leg);

-- Of a configured account, with its kind.
ALTER TABLE risk_events
  ADD COLUMN position_mode smallint NOT NULL DEFAULT 0;  -- PositionMode: 1 netting, 2 hedging; 0 = not about it
