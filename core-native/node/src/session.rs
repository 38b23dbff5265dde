//! Sessions: who is on the other end of a socket, what they may do, what they receive; and the credentials they log on with.

use jware_core::units::{AccountId, InstrumentId, KeyId, UserId};
use jware_wire::Permission;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::trace::Traces;

/// Which frames a session sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionRoute {
    /// `/v1/orders`.
    Orders,
    /// `/v1/market`.
    Market,
    /// The gateway's own, for requests that came by REST.
    Gateway,
}

/// What a session may do with one account.
#[derive(Clone, Copy, Debug)]
pub struct Grant {
    /// The account.
    pub account: AccountId,
    /// The rights.
    pub permissions: Permission,
}

/// What a ticket or key opens.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Whose it is.
    pub user: UserId,
    /// The user's name.
    pub user_name: String,
    /// The API key's number; 0 for a ticket.
    pub key: KeyId,
    /// The rights.
    pub grants: Vec<Grant>,
    /// End of validity, nanoseconds since the epoch; 0 = none.
    pub expires_ts_ns: u64,
    /// Gone after one logon.
    pub single_use: bool,
}

/// A digest of a secret; the secret itself is never kept.
pub type SecretHash = [u8; 32];

/// One session.
#[derive(Debug)]
pub struct Session {
    /// Index of the outbox that its frames go to.
    pub outbox: usize,
    /// Its route.
    pub route: SessionRoute,
    /// Whether it has logged on.
    pub live: bool,
    /// Who.
    pub user: UserId,
    /// By which API key.
    pub key: KeyId,
    /// The rights.
    pub grants: Vec<Grant>,
    /// The credential it logged on with, to end it when that is revoked.
    pub credential: Option<SecretHash>,
    /// Topics it receives.
    pub topics: Vec<Topic>,
    /// When it was opened, by the monotonic clock: a step of the wall clock is no silence.
    pub opened_ns: u64,
    /// When it last sent anything, by the same clock.
    pub heard_ns: u64,
    /// How often it promised to send something, milliseconds; 0 = it did not.
    pub heartbeat_ms: u32,
    /// Traced requests whose answers are not written yet.
    pub traces: Traces,
}

impl Session {
    /// One that is opened now. The gateway's is logged on by who asks for it.
    pub fn open(outbox: usize, route: SessionRoute, (user, key, grants): (UserId, KeyId, Vec<Grant>), now_ns: u64) -> Self {
        Self {
            outbox,
            route,
            live: route == SessionRoute::Gateway,
            user,
            key,
            grants,
            credential: None,
            topics: Vec::new(),
            opened_ns: now_ns,
            heard_ns: now_ns,
            traces: Traces::default(),
            heartbeat_ms: 0,
        }
    }

    /// Where the answers to a request of this session, which has the id `id`, go.
    pub fn origin(&self, id: u32, token: u32) -> Origin {
        Origin { session: id, outbox: self.outbox, token, gateway: self.route == SessionRoute::Gateway }
    }

    /// Whether it may see to the risk of any account.
    pub fn sees_risk(&self) -> bool {
        self.grants.iter().any(|grant| grant.permissions.contains(Permission::Risk))
    }

    /// The session's rights on an account; `None` where it has none.
    pub fn permissions(&self, account: AccountId) -> Option<Permission> {
        self.grants.iter().find(|grant| grant.account == account).map(|grant| grant.permissions)
    }
}

/// The session and submit that a command came in on: where its own answers go.
#[derive(Clone, Copy)]
pub struct Origin {
    /// The session.
    pub session: u32,
    /// Its outbox.
    pub outbox: usize,
    /// The caller's mark on its answers.
    pub token: u32,
    /// Whether it is the gateway's, which hears of its own requests only.
    pub gateway: bool,
}

/// A stream of market frames: a channel of an instrument. The number is what the edges publish to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Topic(pub u32);

impl Topic {
    /// Numbers per instrument.
    const CHANNELS: u32 = 16;

    /// Book snapshots and deltas.
    pub const fn book(instrument: InstrumentId) -> Self {
        Self(Self::number(instrument, 0))
    }

    /// Quotes.
    pub const fn quote(instrument: InstrumentId) -> Self {
        Self(Self::number(instrument, 1))
    }

    /// Trades.
    pub const fn trades(instrument: InstrumentId) -> Self {
        Self(Self::number(instrument, 2))
    }

    /// Bars of one interval, by its place in `BarInterval::ALL`.
    pub fn bars(instrument: InstrumentId, interval_index: usize) -> Self {
        Self(Self::number(instrument, 3 + u32::try_from(interval_index).unwrap_or(0)))
    }

    /// The instrument it is of.
    pub const fn instrument(self) -> InstrumentId {
        InstrumentId(self.0 / Self::CHANNELS)
    }

    /// Whether it is a book.
    pub const fn is_book(self) -> bool {
        self.0.is_multiple_of(Self::CHANNELS)
    }

    const fn number(instrument: InstrumentId, channel: u32) -> u32 {
        instrument.0 * Self::CHANNELS + channel
    }
}

/// Every credential that opens a session now.
#[derive(Debug, Default)]
pub struct Credentials {
    by_hash: FxHashMap<SecretHash, Credential>,
}

impl Credentials {
    /// Adds or replaces one, and forgets those that have expired.
    pub fn put(&mut self, hash: SecretHash, credential: Credential, now_ns: u64) {
        self.by_hash.retain(|_, held| held.expires_ts_ns == 0 || held.expires_ts_ns > now_ns);
        self.by_hash.insert(hash, credential);
    }

    /// Forgets one.
    pub fn remove(&mut self, hash: &SecretHash) {
        self.by_hash.remove(hash);
    }

    /// Forgets all of a user.
    pub fn remove_user(&mut self, user: UserId) {
        self.by_hash.retain(|_, held| held.user != user);
    }

    /// What a secret opens, if it is valid now. A single-use one is used up.
    pub fn open(&mut self, secret: &str, now_ns: u64) -> Option<(SecretHash, Credential)> {
        let hash: SecretHash = Sha256::digest(secret.as_bytes()).into();
        let credential = self.by_hash.get(&hash)?;
        let expired = credential.expires_ts_ns != 0 && credential.expires_ts_ns <= now_ns;
        let credential = if credential.single_use || expired { self.by_hash.remove(&hash)? } else { credential.clone() };
        (!expired).then_some((hash, credential))
    }
}
