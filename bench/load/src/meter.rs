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

    #[test]
    fn the_work_before_a_stretch_is_not_in_it() {
        let mut busy = std::process::Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        let worked_ns = || {
            while processor_ns(busy.id()).unwrap() < 20_000_000 {}
            let before_ns = processor_ns(busy.id()).unwrap();
            let meter = Meter::begin(Some(busy.id())).unwrap();
            while processor_ns(busy.id()).unwrap() < before_ns + 20_000_000 {}
            let worked_ns = meter.end().unwrap().server_ns.unwrap();
            (worked_ns, processor_ns(busy.id()).unwrap() - before_ns)
        };
        let (worked_ns, at_most_ns) = worked_ns();
        busy.kill().unwrap();
        busy.wait().unwrap();
        assert!(worked_ns > 0 && worked_ns <= at_most_ns, "{worked_ns} of {at_most_ns}");
    }

    #[test]
    fn nobody_is_looked_at_who_was_not_named_and_nobody_who_is_gone() {
        assert!(Meter::begin(None).unwrap().end().unwrap().server_ns.is_none());
        assert!(Meter::begin(Some(u32::MAX)).is_err());
    }
}
