//! The calls of the hot path: a frame in, waiting frames out, outside facts in.
// HOT: one call per order, drain or venue message.

#![allow(unsafe_code, reason = "these are Node-API callbacks; each block says what makes it sound")]

use napi::sys;

use crate::clock::monotonic_ns;
use crate::hot_call::{Call, export};
use crate::hub::{Hub, State, hub};
use crate::market;
use crate::trace::Arrival;

/// Puts the functions of this file on an object.
///
/// # Safety
/// `env` is the one of the thread that runs, `exports` a live handle.
pub unsafe fn export_all(env: sys::napi_env, exports: sys::napi_value) {
    // SAFETY: the caller's promise.
    unsafe {
        export(env, exports, c"submit", submit);
        export(env, exports, c"submitInTurn", submit_in_turn);
        export(env, exports, c"endTurn", end_turn);
        export(env, exports, c"drain", drain);
        export(env, exports, c"tracesWritten", traces_written);
        export(env, exports, c"drainTraces", drain_traces);
        export(env, exports, c"market", apply_market);
    }
}

const SUBMIT_USE: &str = "submit takes a session, a token, a frame and a buffer";
const END_TURN_USE: &str = "endTurn takes an outbox and a buffer";
const DRAIN_USE: &str = "drain takes an outbox and a buffer";
const TRACES_WRITTEN_USE: &str = "tracesWritten takes marks and how many numbers they are";
const DRAIN_TRACES_USE: &str = "drainTraces takes an outbox and a buffer";
const MARKET_USE: &str = "market takes bytes and how many of them";

/// `submit(session, token, frame, buffer)`: takes one inbound frame; gives the bytes of records now in the buffer.
unsafe extern "C" fn submit(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<4>::new(env, info) };
    submit_frame(&call, call.bytes(2), false)
}

/// `submitInTurn(session, token, frame, buffer)`: the same of a thread that calls `endTurn` before it waits for anything. Its frame is the
/// `ArrayBuffer` that a socket gives: a view of it would cost as much as to read it.
unsafe extern "C" fn submit_in_turn(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<4>::new(env, info) };
    submit_frame(&call, call.buffer(2), true)
}

fn submit_frame(call: &Call<4>, frame: Option<(*mut u8, usize)>, is_turn: bool) -> sys::napi_value {
    let (Some(session), Some(token), Some(frame), Some(buffer)) = (call.number(0), call.number(1), frame, call.bytes(3)) else {
        return call.throw(SUBMIT_USE);
    };
    let hub = match hub() {
        Ok(hub) => hub,
        Err(message) => return call.throw(&message),
    };
    // Before the lock: what a request waits for the core is part of its way.
    let arrival = Arrival::now();
    // SAFETY: both arrays belong to the calling thread, which waits for this call; a caller gives two different ones.
    let (frame, buffer) = unsafe { (slice(frame), slice_mut(buffer)) };
    let mut state = hub.state.lock();
    let Some(outbox) = state.sessions.get(&session).map(|session| session.outbox) else { return call.give(0) };
    state.is_turn = is_turn;
    hub.submit(&mut state, session, token, frame, arrival);
    state.is_turn = false;
    let bytes = drain_into(hub, &mut state, outbox, buffer);
    drop(state);
    hub.wake_others(Some(outbox));
    call.give(bytes)
}

/// `endTurn(outbox, buffer)`: to be called once after one or more `submitInTurn`; moves what may leave by then into the buffer; gives
/// its bytes.
unsafe extern "C" fn end_turn(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<2>::new(env, info) };
    let (Some(outbox), Some(buffer)) = (call.number(0), call.bytes(1)) else { return call.throw(END_TURN_USE) };
    // The core may have been stopped within the turn.
    let Ok(hub) = hub() else { return call.give(0) };
    if !hub.end_turn(outbox as usize) {
        return call.give(0);
    }
    // SAFETY: the array belongs to the calling thread, which waits for this call.
    let buffer = unsafe { slice_mut(buffer) };
    let mut state = hub.state.lock();
    call.give(drain_into(hub, &mut state, outbox as usize, buffer))
}

/// `drain(outbox, buffer)`: moves what may leave into the buffer; gives its bytes.
unsafe extern "C" fn drain(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<2>::new(env, info) };
    let (Some(outbox), Some(buffer)) = (call.number(0), call.bytes(1)) else { return call.throw(DRAIN_USE) };
    // A thread that drains once more while the core ends finds nothing.
    let Ok(hub) = hub() else { return call.give(0) };
    // SAFETY: the array belongs to the calling thread, which waits for this call.
    let buffer = unsafe { slice_mut(buffer) };
    let mut state = hub.state.lock();
    call.give(drain_into(hub, &mut state, outbox as usize, buffer))
}

/// `tracesWritten(marks, count)`: the answers before these trace records were written just now. A mark is a session and a number, of
/// 32 bits each; `count` is how many numbers of 32 bits there are.
unsafe extern "C" fn traces_written(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let written_at_ns = monotonic_ns();
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<2>::new(env, info) };
    let (Some(marks), Some(count)) = (call.bytes(0), call.number(1)) else { return call.throw(TRACES_WRITTEN_USE) };
    // SAFETY: the array belongs to the calling thread, which waits for this call.
    let Some(marks) = unsafe { slice(marks) }.get(..count as usize * 4) else { return call.throw(TRACES_WRITTEN_USE) };
    let word = |bytes: &[u8]| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    if let Ok(hub) = hub() {
        let marks = marks.chunks_exact(8).map(|mark| (word(&mark[..4]), word(&mark[4..])));
        Hub::traces_written(&mut hub.state.lock(), marks, written_at_ns);
    }
    call.give(0)
}

/// `drainTraces(outbox, buffer)`: moves finished traces into the buffer; gives their bytes.
unsafe extern "C" fn drain_traces(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<2>::new(env, info) };
    let (Some(outbox), Some(buffer)) = (call.number(0), call.bytes(1)) else { return call.throw(DRAIN_TRACES_USE) };
    let Ok(hub) = hub() else { return call.give(0) };
    // SAFETY: the array belongs to the calling thread, which waits for this call.
    let buffer = unsafe { slice_mut(buffer) };
    let state = &mut *hub.state.lock();
    let Some(Some(outbox)) = state.outboxes.get_mut(outbox as usize) else { return call.give(0) };
    call.give(u32::try_from(outbox.drain_traces(&mut state.encoder, buffer)).unwrap_or(0))
}

/// `market(bytes, count)`: applies a batch of outside facts.
unsafe extern "C" fn apply_market(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: they are this callback's.
    let call = unsafe { Call::<2>::new(env, info) };
    let (Some(bytes), Some(count)) = (call.bytes(0), call.number(1)) else { return call.throw(MARKET_USE) };
    // SAFETY: the array belongs to the calling thread, which waits for this call.
    let Some(facts) = unsafe { slice(bytes) }.get(..count as usize) else {
        return call.throw("a market batch is longer than its buffer");
    };
    let applied = hub().and_then(|hub| market::read_facts(facts).map(|updates| (hub, updates)));
    match applied {
        Ok((hub, updates)) => {
            let mut state = hub.state.lock();
            hub.market(&mut state, updates);
            drop(state);
            hub.wake_others(None);
            call.give(count)
        }
        Err(message) => call.throw(&message),
    }
}

/// # Safety
/// Start and length are of one live array that nobody writes to meanwhile.
const unsafe fn slice<'a>((start, length): (*mut u8, usize)) -> &'a [u8] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise; an array with a length has a start.
    unsafe { std::slice::from_raw_parts(start, length) }
}

/// # Safety
/// As [`slice`], and nobody reads it either.
const unsafe fn slice_mut<'a>((start, length): (*mut u8, usize)) -> &'a mut [u8] {
    if length == 0 {
        return &mut [];
    }
    // SAFETY: the caller's promise; an array with a length has a start.
    unsafe { std::slice::from_raw_parts_mut(start, length) }
}

fn drain_into(hub: &Hub, state: &mut State, outbox: usize, buffer: &mut [u8]) -> u32 {
    let Some(Some(waiting)) = state.outboxes.get_mut(outbox) else { return 0 };
    let bytes = waiting.drain(hub.released_seq(), buffer);
    if waiting.take_caught_up() {
        hub.resync_outbox(state, outbox);
    }
    if let Some(Some(waiting)) = state.outboxes.get(outbox) {
        // What became durable during the drain, or did not fit, is worth another turn.
        waiting.slot().wake_if_due(hub.released_seq());
    }
    u32::try_from(bytes).unwrap_or(0)
}
