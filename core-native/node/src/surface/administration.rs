//! Administrative commands, and what opens sessions.

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use super::told;
use crate::hub::hub;
use crate::{admin, credential};

/// Carries out an administrative command; gives `ExecuteResult` as JSON.
#[napi]
pub fn execute(command_json: String) -> Result<String> {
    let result = admin::execute(hub().map_err(told)?, &command_json).map_err(told)?;
    serde_json::to_string(&result).map_err(|error| told(error.to_string()))
}

/// Adds a credential.
#[napi]
pub fn put_credential(credential_json: String) -> Result<()> {
    credential::put_credential(hub().map_err(told)?, &credential_json).map_err(told)
}

/// Forgets a credential and ends its sessions; gives their number.
#[napi]
pub fn remove_credential(sha256: String) -> Result<u32> {
    credential::remove_credential(hub().map_err(told)?, &sha256).map_err(told)
}

/// Forgets every ticket and key of a user and ends his sockets; gives how many ended.
#[napi]
pub fn remove_user_credentials(user: u32) -> Result<u32> {
    credential::remove_user_credentials(hub().map_err(told)?, user).map_err(told)
}
