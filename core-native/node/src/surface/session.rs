//! Outboxes and the sessions that they serve.

use jware_core::units::{KeyId, UserId};
use napi::bindgen_prelude::{Function, Object, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi::{Env, JsValue};
use napi_derive::napi;

use super::told;
use crate::hub::hub;
use crate::session::{Session, SessionRoute};
use crate::{clock, credential, hot};

/// Adds an outbox of the calling thread; gives its id.
#[napi]
pub fn open_outbox(on_wake: Function<'_, (), ()>) -> Result<u32> {
    let hub = hub().map_err(told)?;
    let wake = on_wake.build_threadsafe_function().callee_handled::<false>().build()?;
    let index = hub.open_outbox(Box::new(move || {
        // The call fails only where the thread is on its way out, and then nobody is left to wake.
        let _ = wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }));
    u32::try_from(index).map_err(|error| told(error.to_string()))
}

/// Drops an outbox.
#[napi]
pub fn close_outbox(outbox: u32) -> Result<()> {
    hub().map_err(told)?.close_outbox(outbox as usize);
    Ok(())
}

/// Opens a session; gives its id.
#[napi]
pub fn open_session(outbox: u32, route: String, grant_json: Option<String>) -> Result<u32> {
    let hub = hub().map_err(told)?;
    let (route, user, key, grants) = match (route.as_str(), grant_json) {
        ("orders", None) => (SessionRoute::Orders, UserId(0), KeyId(0), Vec::new()),
        ("market", None) => (SessionRoute::Market, UserId(0), KeyId(0), Vec::new()),
        ("gateway", Some(json)) => {
            let (user, key, grants) = credential::GatewayGrant::read(&json).map_err(told)?;
            (SessionRoute::Gateway, user, key, grants)
        }
        (other, _) => return Err(told(format!("no session has the route {other}, or it needs a grant"))),
    };
    let session = Session::open(outbox as usize, route, (user, key, grants), clock::monotonic_ns());
    Ok(hub.state.lock().add_session(session))
}

/// Ends a session.
#[napi]
pub fn close_session(session: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.close_session(&mut state, session);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

/// Queues fresh snapshots for a market session that fell behind.
#[napi]
pub fn resync_market(session: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.resync(&mut state, session);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

/// Queues closes for sessions of an outbox that did not log on in time or went silent.
#[napi]
pub fn sweep_sessions(outbox: u32) -> Result<()> {
    let hub = hub().map_err(told)?;
    let mut state = hub.state.lock();
    hub.sweep(&mut state, outbox as usize);
    drop(state);
    hub.wake_others(None);
    Ok(())
}

/// Puts the hot functions on the module: `submit`, `drain` and `market`, of `hot`.
#[napi(module_exports)]
#[allow(unsafe_code, reason = "the environment and the module are those that Node gives")]
pub fn export_hot(exports: Object<'_>, env: Env) -> Result<()> {
    // SAFETY: both are live for this call, on the thread that runs it.
    unsafe { hot::export_all(env.raw(), exports.raw()) };
    Ok(())
}
