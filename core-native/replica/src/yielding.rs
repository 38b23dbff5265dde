//! Work that may wait: what reads or copies the journal yields to what trades.

/// Lets every other thread go first, and at once: the calling thread runs where nobody else wants its processor.
///
/// A low nice value is not that. It takes its share in slices of milliseconds, and whoever wakes meanwhile waits for the end of one.
/// What cannot be had is done without.
pub fn yield_thread() {
    #[cfg(target_os = "linux")]
    #[allow(unsafe_code, reason = "a system call that reads one number")]
    // SAFETY: it reads the struct, which lives until it returns. On Linux, process 0 is the calling thread alone.
    unsafe {
        let none = libc::sched_param { sched_priority: 0 };
        libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const none);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[allow(unsafe_code, reason = "a system call that takes one number")]
    fn policy() -> i32 {
        // SAFETY: it touches no memory.
        unsafe { libc::sched_getscheduler(0) }
    }

    #[test]
    fn a_thread_yields_and_the_others_of_its_process_do_not() {
        let before = policy();
        let there = std::thread::spawn(|| {
            yield_thread();
            policy()
        });
        assert_eq!(there.join().unwrap(), libc::SCHED_IDLE);
        assert_eq!(policy(), before);
    }
}
