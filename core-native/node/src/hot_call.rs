//! Hot functions as plain Node-API callbacks: arguments read, one number given back, and nothing else.
//!
//! The macro's functions open a scope and allocate for every call, which costs several times what an order book does with an
//! operation. Only the few functions that are called per order, per drain or per batch are written this way. A panic in
//! one ends the process, as everywhere.
// HOT: no allocation, no JavaScript object.

#![allow(unsafe_code, reason = "Node-API is C: each block says what makes it sound")]

use std::ffi::{CStr, CString, c_void};
use std::ptr::null_mut;

use napi::sys;

/// What Node calls.
pub type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// One call: its arguments, and the data that its function was made with.
pub struct Call<const N: usize> {
    env: sys::napi_env,
    arguments: [sys::napi_value; N],
    data: *mut c_void,
}

impl<const N: usize> Call<N> {
    /// Reads a call. Arguments that were not given are JavaScript's undefined.
    ///
    /// # Safety
    /// `env` and `info` are those of the callback that runs.
    pub unsafe fn new(env: sys::napi_env, info: sys::napi_callback_info) -> Self {
        let mut call = Self { env, arguments: [null_mut(); N], data: null_mut() };
        let mut count = N;
        // SAFETY: the pointers are to places that live for the call, and `count` says how many there are.
        unsafe {
            sys::napi_get_cb_info(env, info, &raw mut count, call.arguments.as_mut_ptr(), null_mut(), &raw mut call.data);
        }
        call
    }

    /// What the function was made with.
    pub const fn data(&self) -> *mut c_void {
        self.data
    }

    /// A number argument; none where it is no number.
    pub fn number(&self, index: usize) -> Option<u32> {
        let mut value = 0;
        // SAFETY: the argument is a live handle of this call.
        let status = unsafe { sys::napi_get_value_uint32(self.env, self.arguments[index], &raw mut value) };
        (status == sys::Status::napi_ok).then_some(value)
    }

    /// The bytes of a `Uint8Array` argument; none where it is no such array. They are valid until the call returns.
    pub fn bytes(&self, index: usize) -> Option<(*mut u8, usize)> {
        let (mut kind, mut length, mut start) = (0, 0, null_mut());
        // SAFETY: as above; what is not asked for may be null.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                self.env,
                self.arguments[index],
                &raw mut kind,
                &raw mut length,
                &raw mut start,
                null_mut(),
                null_mut(),
            )
        };
        let is_bytes = status == sys::Status::napi_ok && kind == sys::TypedarrayType::uint8_array;
        is_bytes.then_some((start.cast(), length))
    }

    /// The bytes of an `ArrayBuffer` argument; none where it is none. They are valid until the call returns.
    pub fn buffer(&self, index: usize) -> Option<(*mut u8, usize)> {
        let (mut length, mut start) = (0, null_mut());
        // SAFETY: the argument is a live handle of this call, and the places live for it.
        let status = unsafe { sys::napi_get_arraybuffer_info(self.env, self.arguments[index], &raw mut start, &raw mut length) };
        (status == sys::Status::napi_ok).then_some((start.cast(), length))
    }

    /// Gives a number back.
    pub fn give(&self, number: u32) -> sys::napi_value {
        let mut value = null_mut();
        // SAFETY: the place lives for the call.
        unsafe { sys::napi_create_uint32(self.env, number, &raw mut value) };
        value
    }

    /// Throws an error with this message.
    #[cold]
    pub fn throw(&self, message: &str) -> sys::napi_value {
        let message = CString::new(message).unwrap_or_else(|_| c"an error with a NUL in its message".into());
        // SAFETY: both texts end with NUL and live for the call.
        unsafe { sys::napi_throw_error(self.env, c"".as_ptr(), message.as_ptr()) };
        null_mut()
    }
}

/// Makes a function of a callback; null where Node cannot.
///
/// # Safety
/// `env` is the one of the thread that runs; `data` outlives the function.
pub unsafe fn function(env: sys::napi_env, name: &CStr, callback: Callback, data: *mut c_void) -> sys::napi_value {
    let mut made = null_mut();
    // SAFETY: the name ends with NUL, which -1 says; the rest is the caller's promise.
    unsafe { sys::napi_create_function(env, name.as_ptr(), -1, Some(callback), data, &raw mut made) };
    made
}

/// Puts a function of a callback on an object.
///
/// # Safety
/// As [`function`]; `object` is a live handle.
pub unsafe fn export(env: sys::napi_env, object: sys::napi_value, name: &CStr, callback: Callback) {
    // SAFETY: the caller's promise; a function without data has none to outlive.
    unsafe {
        let made = function(env, name, callback, null_mut());
        sys::napi_set_named_property(env, object, name.as_ptr(), made);
    }
}
