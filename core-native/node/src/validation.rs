//! A question in place of a command: what would come of an order.

use jware_core::command::NewOrder;
use jware_core::refusal::{Refusal, RefusalCode, RequestKind};
use jware_core::units::TsNs;
use jware_wire::encode::ValidationAnswer;
use jware_wire::{FrameRefusal, Permission};

use crate::hub::State;
use crate::rights::is_permitted;
use crate::routing::{currency_code, push};
use crate::session::Origin;
use crate::trace::note_checked;

/// Tells what would come of an order. No command: nothing is stamped or journalled, but the answer may show what is not yet
/// durable, and so waits for it.
pub fn validate(state: &mut State, origin: Origin, order: &NewOrder, now: u64) {
    let names = FrameRefusal {
        account: order.account,
        instrument: order.instrument,
        cl_ord_id: order.cl_ord_id,
        ..FrameRefusal::plain(RequestKind::Validate, Refusal::plain(RefusalCode::AccountNotPermitted))
    };
    if !is_permitted(state, origin, Permission::Read | Permission::Trade, &names) {
        return;
    }
    let ts = TsNs(now.max(state.core.ts().0));
    let found = state.core.validate(ts, order);
    if let Some(trace) = &mut state.trace {
        // All that the core does with it is to check.
        note_checked();
        trace.matched(|| false);
    }
    let answer = ValidationAnswer {
        account: order.account,
        instrument: order.instrument,
        cl_ord_id: &order.cl_ord_id,
        fills: &found.fills,
        price: found.price,
        ts,
    };
    let gate = state.urgent_seq;
    if let Some(trace) = &mut state.trace {
        trace.name(&names);
        trace.wait_for(gate);
    }
    let with_code = |rule: &Refusal| (*rule, currency_code(&state.core, rule.currency));
    let frame = state.encoder.order_validation(&answer, found.refusals.iter().map(with_code), found.passed.iter().map(with_code));
    push(&mut state.outboxes, origin, gate, frame);
}
