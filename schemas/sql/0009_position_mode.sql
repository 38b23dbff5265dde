-- Accounts that were configured before there was another mode net (PositionMode 1), as a rebuild of the projection says too.
UPDATE risk_events SET position_mode = 1 WHERE account_kind <> 0 AND position_mode = 0;
