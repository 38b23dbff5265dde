//! Credentials of sessions, as JSON from the gateway: what one who shows a ticket or key may do, put, checked and withdrawn.

use jware_core::units::{AccountId, KeyId, UserId};
use jware_wire::Permission;
use serde::Deserialize;

use crate::clock::now_ns;
use crate::hub::{Hub, State};
use crate::outbox::Route;
use crate::session::{Credential, Grant, SecretHash, Session};

/// Close code of a session whose credential was withdrawn.
const CLOSE_REVOKED: u32 = 4003;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialInput {
    sha256: String,
    user: u32,
    user_name: String,
    /// Number of the API key; absent for a ticket.
    #[serde(default)]
    key: u32,
    accounts: Vec<GrantInput>,
    expires_ts_ms: u64,
    single_use: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GrantInput {
    account: u32,
    permissions: Vec<PermissionName>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum PermissionName {
    Read,
    Trade,
    Cancel,
    Risk,
}

/// What a gateway session is granted.
#[derive(Deserialize)]
pub struct GatewayGrant {
    user: u32,
    #[serde(default)]
    key: u32,
    accounts: Vec<GrantInput>,
}

impl GatewayGrant {
    /// Reads a grant; gives the user, the API key and the rights.
    pub fn read(json: &str) -> Result<(UserId, KeyId, Vec<Grant>), String> {
        let parsed: Self = serde_json::from_str(json).map_err(|error| format!("not a grant: {error}"))?;
        Ok((UserId(parsed.user), KeyId(parsed.key), grants(parsed.accounts)))
    }
}

fn grants(inputs: Vec<GrantInput>) -> Vec<Grant> {
    inputs
        .into_iter()
        .map(|input| {
            let permissions = input.permissions.iter().fold(Permission::empty(), |all, name| {
                all | match name {
                    PermissionName::Read => Permission::Read,
                    PermissionName::Trade => Permission::Trade,
                    PermissionName::Cancel => Permission::Cancel,
                    PermissionName::Risk => Permission::Risk,
                }
            });
            Grant { account: AccountId(input.account), permissions }
        })
        .collect()
}

/// Adds a credential.
pub fn put_credential(hub: &Hub, json: &str) -> Result<(), String> {
    let input: CredentialInput = serde_json::from_str(json).map_err(|error| format!("not a credential: {error}"))?;
    let hash = read_hash(&input.sha256)?;
    let credential = Credential {
        user: UserId(input.user),
        user_name: input.user_name,
        key: KeyId(input.key),
        grants: grants(input.accounts),
        expires_ts_ns: input.expires_ts_ms.saturating_mul(1_000_000),
        single_use: input.single_use,
    };
    hub.state.lock().credentials.put(hash, credential, now_ns());
    Ok(())
}

/// Forgets a credential and closes the sessions that used it; returns how many.
pub fn remove_credential(hub: &Hub, sha256: &str) -> Result<u32, String> {
    let hash = read_hash(sha256)?;
    let mut state = hub.state.lock();
    state.credentials.remove(&hash);
    let count = close_sessions(&mut state, |session| session.credential == Some(hash));
    drop(state);
    hub.wake_others(None);
    count
}

/// Forgets every credential of a user and closes the sessions that he logged on; returns how many.
pub fn remove_user_credentials(hub: &Hub, user: u32) -> Result<u32, String> {
    let user = UserId(user);
    let mut state = hub.state.lock();
    state.credentials.remove_user(user);
    // The gateway's own sessions have none: who may use them is judged with each request.
    let count = close_sessions(&mut state, |session| session.user == user && session.credential.is_some());
    drop(state);
    hub.wake_others(None);
    count
}

fn close_sessions(state: &mut State, is_ended: impl Fn(&Session) -> bool) -> Result<u32, String> {
    let ended: Vec<(u32, usize)> =
        state.sessions.iter().filter(|(_, session)| is_ended(session)).map(|(&id, session)| (id, session.outbox)).collect();
    for &(session, outbox) in &ended {
        if let Some(Some(outbox)) = state.outboxes.get_mut(outbox) {
            outbox.push(0, Route::Close, session, CLOSE_REVOKED, b"the credential was withdrawn");
        }
        // Told once, whoever withdraws it again before the socket has gone.
        if let Some(session) = state.sessions.get_mut(&session) {
            session.credential = None;
        }
    }
    u32::try_from(ended.len()).map_err(|error| error.to_string())
}

fn read_hash(hex: &str) -> Result<SecretHash, String> {
    let mut hash = SecretHash::default();
    let wrong = || "a SHA-256 is 64 hex digits".to_owned();
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(wrong());
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}
