-- The record of what was changed about users: who did what to whom, and why. Written by the gateway, in the transaction of the change
-- itself; what was changed before this table was is in no row. Secrets are never here.

CREATE TABLE user_events (
  event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ts_ms       bigint NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('made', 'changed', 'passwordChanged', 'granted', 'withdrawn', 'keyMade', 'keyRevoked')),
  user_id     integer NOT NULL REFERENCES users,  -- whom it is about
  by_user_id  integer NOT NULL REFERENCES users,  -- who did it
  role        text,                               -- of 'made' and 'changed': after it; NULL = it stayed
  disabled    boolean,                            -- the same
  password_reset boolean NOT NULL DEFAULT false,  -- of 'changed'
  account_id  bigint,                             -- of 'granted' and 'withdrawn'
  permissions text[],                             -- of 'granted': after it; of 'keyMade': the key's
  key_number  bigint,                             -- of 'keyMade' and 'keyRevoked'
  reason      text NOT NULL                       -- '' for what people do about themselves
);

CREATE INDEX user_events_user ON user_events (user_id, event_id);

CREATE FUNCTION keep_user_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'user_events is a record: rows are added, and neither changed nor removed';
END $$;

CREATE TRIGGER keep_user_events BEFORE UPDATE OR DELETE OR TRUNCATE ON user_events EXECUTE FUNCTION keep_user_events();
