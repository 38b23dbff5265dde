//! What a measured stretch took: time on the clock, and the server's processor time, all its threads. The stretch begins with the first answer
//! after the warm-up, so that neither connecting nor logging on is in it.

use std::time::Instant;

use crate::clock::ns_since;
use crate::load_error::LoadError;

/// A stretch that has begun.
pub struct Meter {
    server_pid: Option<u32>,
    server_from_ns: u64,
    from: Instant,
}

/// A stretch that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Time on the clock.
    pub elapsed_ns: u64,
    /// Processor time of the server; `None` where no process was named.
    pub server_ns: Option<u64>,
}

impl Meter {
    /// Begins.
    pub fn begin(server_pid: Option<u32>) -> Result<Self, LoadError> {
        let server_from_ns = server_pid.map_or(Ok(0), processor_ns)?;
        // The looking itself is in neither.
        Ok(Self { server_pid, server_from_ns, from: Instant::now() })
    }

    /// Ends.
    pub fn end(self) -> Result<Stretch, LoadError> {
        let elapsed_ns = ns_since(self.from);
        let server_ns = self.server_pid.map(processor_ns).transpose()?.map(|now_ns| now_ns.saturating_sub(self.server_from_ns));
        Ok(Stretch { elapsed_ns, server_ns })
    }
}

/// Processor time of a process since it began, all its threads. Linux only.
fn processor_ns(pid: u32) -> Result<u64, LoadError> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).map_err(LoadError::io("looking at the server's threads"))?;
    // A thread may end while it is looked at.
    let texts = threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    Ok(texts.filter_map(|text| text.split(' ').next()?.parse::<u64>().ok()).sum())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::{Child, Command};

    /// A process that does nothing but work, ended with its guard, also where a test fails: it would take a processor for ever.
    struct Busy(Child);

    impl Busy {
        fn start() -> Self {
            Self(Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap())
        }
    }

    impl Drop for Busy {
        fn drop(&mut self) {
            // Whoever has ended already needs neither.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn the_work_before_a_stretch_is_not_in_it() {
        let busy = Busy::start();
        let pid = busy.0.id();
        while processor_ns(pid).unwrap() < 20_000_000 {}
        let before_ns = processor_ns(pid).unwrap();
        let meter = Meter::begin(Some(pid)).unwrap();
        while processor_ns(pid).unwrap() < before_ns + 20_000_000 {}
        let worked_ns = meter.end().unwrap().server_ns.unwrap();
        let at_most_ns = processor_ns(pid).unwrap() - before_ns;
        assert!(worked_ns > 0 && worked_ns <= at_most_ns, "{worked_ns} of {at_most_ns}");
    }

    #[test]
    fn a_test_that_fails_leaves_no_process_behind() {
        let busy = Busy::start();
        let pid = busy.0.id();
        assert!(Meter::begin(Some(pid)).is_ok());
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _busy = busy;
            std::panic::resume_unwind(Box::new("as an assertion does"));
        }));
        assert!(failed.is_err());
        // Ended and waited for: its number is nobody's.
        assert!(Meter::begin(Some(pid)).is_err());
    }

    #[test]
    fn nobody_is_looked_at_who_was_not_named_and_nobody_who_is_gone() {
        assert!(Meter::begin(None).unwrap().end().unwrap().server_ns.is_none());
        assert!(Meter::begin(Some(u32::MAX)).is_err());
    }
}
