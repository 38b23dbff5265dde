-- Whose projection this is; and what is written here that the core must hear of.

ALTER TABLE projection_watermark
  ADD COLUMN engine_id  text NOT NULL DEFAULT '',   -- of the journal that the rows follow from, 32 hex digits; '' = not known yet
  ADD COLUMN last_ts_ns bigint NOT NULL DEFAULT 0;  -- engine time of the command last_seq; 0 = not known. Copies of a journal part here

-- What the core holds of users, keys and sessions is in its memory, told by the gateway. A change of theirs leaves a row here, in
-- the same transaction and whoever writes it (these triggers see to it, also where an administrator writes SQL). The gateway
-- relays rows in the order of their numbers and deletes each when the core has heard: a change whose answer was lost, or after
-- which the gateway failed, is told all the same.
CREATE TABLE outbox (
  outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind      text NOT NULL CHECK (kind IN ('user', 'grant', 'session', 'api_key', 'new_key')),
  subject   text NOT NULL     -- user_id of 'user' (rights may be fewer) and 'grant' (more); session_id; of keys the sha256 in hex
);

CREATE FUNCTION tell_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (kind, subject) VALUES ('user', OLD.user_id);
  RETURN NULL;
END $$;

CREATE FUNCTION tell_of_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (kind, subject) VALUES ('grant', NEW.user_id);
  RETURN NULL;
END $$;

CREATE FUNCTION tell_of_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (kind, subject) VALUES ('session', OLD.session_id);
  RETURN NULL;
END $$;

CREATE FUNCTION tell_of_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO outbox (kind, subject) VALUES ('new_key', encode(NEW.sha256, 'hex'));
  ELSE
    INSERT INTO outbox (kind, subject) VALUES ('api_key', encode(OLD.sha256, 'hex'));
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER tell_of_user AFTER UPDATE OF role, disabled, token_epoch ON users
  FOR EACH ROW WHEN ((OLD.role, OLD.disabled, OLD.token_epoch) IS DISTINCT FROM (NEW.role, NEW.disabled, NEW.token_epoch))
  EXECUTE FUNCTION tell_of_user();
CREATE TRIGGER tell_of_user AFTER UPDATE OR DELETE ON user_accounts FOR EACH ROW EXECUTE FUNCTION tell_of_user();
CREATE TRIGGER tell_of_grant AFTER INSERT OR UPDATE OF user_id ON user_accounts FOR EACH ROW EXECUTE FUNCTION tell_of_grant();
CREATE TRIGGER tell_of_revocation AFTER UPDATE OF revoked_ts_ms ON sessions
  FOR EACH ROW WHEN (OLD.revoked_ts_ms IS NULL AND NEW.revoked_ts_ms IS NOT NULL) EXECUTE FUNCTION tell_of_session();
CREATE TRIGGER tell_of_removal AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_of_session();
CREATE TRIGGER tell_of_key AFTER INSERT OR UPDATE OF scopes, expires_ts_ms, revoked_ts_ms OR DELETE ON api_keys
  FOR EACH ROW EXECUTE FUNCTION tell_of_key();
