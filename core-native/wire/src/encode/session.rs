//! Frames of the session: logon, heartbeat, logout, refusals.

use jware_core::units::{AccountId, KeyId, SessionId, TsNs};

use super::frame::{FrameWriter, Table};
use super::risk::scope_fields;
use super::{Encoder, text};
use crate::generated::{self as wire, AckMode, Permission, ServerBody};
use crate::inbound::FrameRefusal;

/// What a session may do with one account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountGrant<'a> {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: &'a str,
    /// The rights.
    pub permissions: Permission,
}

/// The good answer to a logon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogonAnswer<'a> {
    /// Name of the user who logged on.
    pub user: &'a str,
    /// The session's id.
    pub session: SessionId,
    /// When acknowledgements leave.
    pub ack_mode: AckMode,
    /// The server's clock.
    pub server_ts: TsNs,
    /// The time between heartbeats that holds, milliseconds.
    pub heartbeat_ms: u32,
    /// What the session may do.
    pub accounts: &'a [AccountGrant<'a>],
    /// The API key that it logged on with.
    pub key: KeyId,
}

impl Encoder {
    /// `LogonAck`.
    pub fn logon_ack(&mut self, answer: &LogonAnswer<'_>) -> &[u8] {
        let builder = self.begin();
        let accounts: Vec<_> = answer
            .accounts
            .iter()
            .map(|grant| {
                let name = text(builder, grant.name);
                let args = wire::AccountRefArgs { account: grant.account.0, name, permissions: grant.permissions.bits() };
                wire::AccountRef::create(builder, &args)
            })
            .collect();
        let args = wire::LogonAckArgs {
            user: text(builder, answer.user),
            session: answer.session.0,
            ack_mode: answer.ack_mode,
            server_ts_ns: answer.server_ts.0,
            heartbeat_ms: answer.heartbeat_ms,
            accounts: Some(builder.create_vector(&accounts)),
            key: answer.key.0,
        };
        let body = wire::LogonAck::create(builder, &args).as_union_value();
        self.finish(ServerBody::LogonAck, body)
    }

    /// Heartbeat: the client's time given back, with ours.
    pub fn heartbeat(&mut self, client_ts_ns: u64, server_ts: TsNs) -> &[u8] {
        let builder = self.begin();
        let args = wire::HeartbeatArgs { client_ts_ns, server_ts_ns: server_ts.0 };
        let body = wire::Heartbeat::create(builder, &args).as_union_value();
        self.finish(ServerBody::Heartbeat, body)
    }

    /// Logout: why the server ends the session, as a WebSocket close code or refusal number and words.
    pub fn logout(&mut self, code: u16, why: &str) -> &[u8] {
        let builder = self.begin();
        let args = wire::LogoutArgs { code, text: text(builder, why), keep_orders: false };
        let body = wire::Logout::create(builder, &args).as_union_value();
        self.finish(ServerBody::Logout, body)
    }

    /// Refusal of a frame, a logon or a request. `currency_code` names the money where the figures are money; else empty.
    pub fn refusal(&mut self, refused: &FrameRefusal, currency_code: &str, ts: TsNs) -> &[u8] {
        let kind = wire::RequestKind(refused.request as u8);
        let frame = &mut self.frame;
        let mut table = frame.begin(ServerBody::Refusal, REFUSAL_SLOTS);
        refusal_table(frame, &mut table, kind, refused, currency_code, ts);
        frame.finish()
    }
}

pub(super) const REFUSAL_SLOTS: u16 = wire::Refusal::VT_SCOPE_ID + 2;

/// One refusal, as a frame's body or in one.
pub(super) fn refusal_table(
    frame: &mut FrameWriter,
    table: &mut Table,
    response_to: wire::RequestKind,
    refused: &FrameRefusal,
    currency_code: &str,
    ts: TsNs,
) {
    type Slots = wire::Refusal<'static>;
    let refusal = &refused.refusal;
    let (scope, scope_account, scope_id) = scope_fields(refusal.scope);
    table.i64(Slots::VT_LIMIT, refusal.limit);
    table.i64(Slots::VT_VALUE, refusal.value);
    table.i64(Slots::VT_HEADROOM, refusal.headroom);
    table.u64(Slots::VT_TS_NS, ts.0);
    table.u32(Slots::VT_ACCOUNT, refused.account.0);
    table.u32(Slots::VT_INSTRUMENT, refused.instrument.0);
    table.u32(Slots::VT_SCOPE_ACCOUNT, scope_account);
    table.u32(Slots::VT_SCOPE_ID, scope_id);
    let rule = table.reference(Slots::VT_RULE, true);
    let text = table.reference(Slots::VT_TEXT, true);
    let cl_ord_id = table.reference(Slots::VT_CL_ORD_ID, !refused.cl_ord_id.is_empty());
    let orig_cl_ord_id = table.reference(Slots::VT_ORIG_CL_ORD_ID, !refused.orig_cl_ord_id.is_empty());
    let currency = table.reference(Slots::VT_CURRENCY, !currency_code.is_empty());
    table.u16(Slots::VT_CODE, refusal.code.number());
    table.u8(Slots::VT_RESPONSE_TO, response_to.0);
    table.bool(Slots::VT_TRANSIENT, refusal.code.is_transient());
    table.u8(Slots::VT_UNIT, refusal.unit as u8);
    table.u8(Slots::VT_SCOPE, scope.0);
    frame.end(table);
    frame.text(rule, refusal.code.name().as_bytes());
    frame.text(text, refusal.code.text().as_bytes());
    frame.name(cl_ord_id, &refused.cl_ord_id);
    frame.name(orig_cl_ord_id, &refused.orig_cl_ord_id);
    frame.text(currency, currency_code.as_bytes());
}
