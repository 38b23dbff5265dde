//! Pins the process to one processor, so that client and server share it or do not.

use crate::load_error::LoadError;

/// Runs this thread, the only one, on processor `cpu` from here on.
#[cfg(target_os = "linux")]
pub fn pin(cpu: usize) -> Result<(), LoadError> {
    if cpu >= libc::CPU_SETSIZE.unsigned_abs() as usize {
        return Err(LoadError::Usage(format!("--cpu {cpu}: there is no such processor")));
    }
    // SAFETY: a set of all zeros is a valid empty one, `cpu` is within it, and the call reads `set` for its own size.
    let status = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpu, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set)
    };
    if status == 0 { Ok(()) } else { Err(LoadError::io("pinning to a processor")(std::io::Error::last_os_error())) }
}

/// Runs this thread on processor `cpu` from here on.
#[cfg(not(target_os = "linux"))]
pub fn pin(_cpu: usize) -> Result<(), LoadError> {
    Err(LoadError::Usage("--cpu needs Linux".to_owned()))
}
