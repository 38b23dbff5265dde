//! Named points at which a test ends, stops or fails the process.
//!
//! `JWARE_FAILPOINT=name:k` acts at the k-th passing of a point, counted from 1: `name:k` ends the process as the caller of
//! [`arm`] says, `name:k:stop` holds the thread for ever, `name:k:error` gives an I/O error (at a point that does no I/O: a
//! panic). Each name stands once in the code; a test of the engine reads them all.
//! Cost where nothing is armed: one relaxed load. Limit: one point per process.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Set once, before the journal starts; what is armed never changes.
static ARMED: AtomicBool = AtomicBool::new(false);
static POINT: OnceLock<Point> = OnceLock::new();

struct Point {
    name: String,
    passings_left: AtomicU64,
    action: Action,
    kill: fn(),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Kill,
    Stop,
    Error,
}

/// Arms the point that `text` names; `kill` ends the process without any clean-up.
///
/// Errors: the text is not `name:k`, `name:k:stop` or `name:k:error`; a point was armed before.
pub fn arm(text: &str, kill: fn()) -> Result<(), String> {
    let (name, passings, action) = parse(text).ok_or_else(|| format!("{text} is not name:k, name:k:stop or name:k:error"))?;
    let point = Point { name: name.to_owned(), passings_left: AtomicU64::new(passings), action, kill };
    POINT.set(point).map_err(|_| "a point was armed before".to_owned())?;
    ARMED.store(true, Ordering::Release);
    Ok(())
}

fn parse(text: &str) -> Option<(&str, u64, Action)> {
    let mut words = text.split(':');
    let (name, passings) = (words.next()?, words.next()?.parse().ok()?);
    let action = match words.next() {
        None => Action::Kill,
        Some("stop") => Action::Stop,
        Some("error") => Action::Error,
        Some(_) => return None,
    };
    (!name.is_empty() && passings > 0 && words.next().is_none()).then_some((name, passings, action))
}

/// A point that does no I/O.
#[inline]
pub fn failpoint(name: &'static str) {
    if ARMED.load(Ordering::Relaxed) {
        pass(name).expect("an armed point gave an error");
    }
}

/// A point just before or after I/O, whose error it can take the place of.
#[inline]
pub fn failpoint_io(name: &'static str) -> io::Result<()> {
    if ARMED.load(Ordering::Relaxed) { pass(name) } else { Ok(()) }
}

/// A point in the middle of a write: where it is the one that is armed, `first_half` runs before it.
#[inline]
pub fn failpoint_half(name: &'static str, first_half: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    if ARMED.load(Ordering::Relaxed) && POINT.get().is_some_and(|point| point.name == name) {
        first_half()?;
        return pass(name);
    }
    Ok(())
}

#[cold]
fn pass(name: &'static str) -> io::Result<()> {
    let Some(point) = POINT.get().filter(|point| point.name == name) else { return Ok(()) };
    if point.passings_left.fetch_sub(1, Ordering::Relaxed) != 1 {
        return Ok(());
    }
    eprintln!("JWARE_FAILPOINT {name}");
    match point.action {
        Action::Error => return Err(io::Error::other("a failpoint was passed")),
        Action::Kill => (point.kill)(),
        Action::Stop => {}
    }
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_point_a_passing_and_what_happens() {
        assert_eq!(parse("a.b:3"), Some(("a.b", 3, Action::Kill)));
        assert_eq!(parse("a.b:1:stop"), Some(("a.b", 1, Action::Stop)));
        assert_eq!(parse("a.b:1:error"), Some(("a.b", 1, Action::Error)));
        for wrong in ["", "a", "a:", "a:0", "a:x", ":1", "a:1:", "a:1:kill", "a:1:stop:2"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    /// One test: what is armed is armed for the whole process.
    #[test]
    fn only_the_named_passing_of_the_armed_point_acts() {
        assert!(failpoint_io("tests.point").is_ok(), "nothing is armed");
        arm("tests.point:2:error", || {}).expect("a good text");
        assert!(arm("tests.other:1", || {}).is_err(), "one point per process");
        let mut halves = 0;
        failpoint_half("tests.other", || {
            halves += 1;
            Ok(())
        })
        .expect("another point");
        failpoint("tests.other");
        assert!(failpoint_io("tests.point").is_ok(), "the first passing");
        let mut write = || {
            halves += 1;
            Ok(())
        };
        assert!(failpoint_half("tests.point", &mut write).is_err(), "the second");
        assert!(failpoint_half("tests.point", &mut write).is_ok(), "the third");
        assert_eq!(halves, 2, "a write in two halves only at the armed point");
    }
}
