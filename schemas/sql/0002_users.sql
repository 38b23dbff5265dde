-- Who may do what: users, the accounts they act on, their sessions and API keys.
--
-- Written by the gateway. Unlike the projection this cannot be rebuilt from the journal. Secrets are never here: passwords
-- are argon2id hashes, refresh tokens and API keys are SHA-256 of 256 random bits. `_ts_ms` are milliseconds since the UNIX
-- epoch by the engine's clock; NULL means "not" or "never". Account ids are the core's; accounts themselves live there.

-- One row per person or program. token_epoch goes up to void every access token of the user at once.
CREATE TABLE users (
  user_id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,31}$'),
  role          text NOT NULL CHECK (role IN ('viewer', 'trader', 'risk', 'admin', 'service')),
  password_hash text NOT NULL,
  token_epoch   integer NOT NULL DEFAULT 0,
  disabled      boolean NOT NULL DEFAULT false,
  created_ts_ms bigint NOT NULL
);

-- What a user may do with one account, besides what the role allows: both must agree.
CREATE TABLE user_accounts (
  user_id     integer NOT NULL REFERENCES users,
  account_id  bigint NOT NULL,
  permissions text[] NOT NULL CHECK (permissions <@ ARRAY['read', 'trade', 'cancel', 'risk']),
  PRIMARY KEY (user_id, account_id)
);

-- A signed-in browser or program: the family of all refresh tokens that follow from one sign-in.
CREATE TABLE sessions (
  session_id       text PRIMARY KEY,
  user_id          integer NOT NULL REFERENCES users,
  created_ts_ms    bigint NOT NULL,
  used_ts_ms       bigint NOT NULL,        -- last sign-in or refresh
  expires_ts_ms    bigint NOT NULL,        -- absolute; idleness ends it earlier
  revoked_ts_ms    bigint,
  revoked_reason   text
);

CREATE INDEX sessions_user ON sessions (user_id, created_ts_ms);

-- Every refresh token of a family that was ever given out; only the last is unused. A second use revokes the family.
CREATE TABLE refresh_tokens (
  sha256        bytea PRIMARY KEY,
  session_id    text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  issued_ts_ms  bigint NOT NULL,
  used_ts_ms    bigint
);

CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- Keys for programs. The key itself (`jw_<id>_<secret>`) is shown once and kept nowhere.
CREATE TABLE api_keys (
  key_id        text PRIMARY KEY,
  user_id       integer NOT NULL REFERENCES users,
  sha256        bytea NOT NULL UNIQUE,     -- of the whole key as text
  label         text NOT NULL,
  scopes        text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'trade', 'cancel', 'risk']),
  created_ts_ms bigint NOT NULL,
  expires_ts_ms bigint NOT NULL,
  revoked_ts_ms bigint
);

CREATE INDEX api_keys_user ON api_keys (user_id, created_ts_ms);
