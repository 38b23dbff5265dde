//! Parabolic stop and reverse: a stop that follows the price ever closer, and turns when it is touched. TA-Lib `SAR` and
//! `SAREXT` (Wilder). Warm-up: 1.
//!
//! It begins in the direction in which the second bar went further beyond the first; TA-Lib compares the first stop with
//! the second bar itself.

use serde::{Deserialize, Serialize};

use crate::indicator::Window;
use crate::indicator::column::HighLow;
use crate::indicator::definition::{About, FACTOR_MAX, Indicator, Parameter, Values, number};

/// How fast the stop gains on the price: from `initial` by `step` at each new extreme up to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Pace {
    initial: f64,
    step: f64,
    max: f64,
}

impl Pace {
    fn of(initial: f64, step: f64, max: f64) -> Self {
        Self { initial: initial.min(max), step: step.min(max), max }
    }
}

/// What is known once there are two bars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Course {
    is_long: bool,
    stop: f64,
    extreme: f64,
    factor: f64,
}

/// The stop, negative while short.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SarExtended {
    start: f64,
    reverse_offset: f64,
    long: Pace,
    short: Pace,
    previous: Option<HighLow>,
    course: Option<Course>,
}

impl SarExtended {
    /// The course at the second bar: from its direction, or from `start` where one is given (negative: short).
    fn begin(&self, before: HighLow, bar: HighLow) -> Course {
        let fell_by = before.low - bar.low;
        let went_down = fell_by > 0.0 && bar.high - before.high < fell_by;
        let is_long = if self.start == 0.0 { !went_down } else { self.start > 0.0 };
        let edge = if is_long { before.low } else { before.high };
        Course {
            is_long,
            stop: if self.start == 0.0 { edge } else { self.start.abs() },
            extreme: if is_long { bar.high } else { bar.low },
            factor: if is_long { self.long.initial } else { self.short.initial },
        }
    }

    /// The stop of the next bar, and whether it is below the price.
    fn follow(&mut self, bar: HighLow) -> Option<(f64, bool)> {
        let before = self.previous.replace(bar)?;
        let (mut course, before) = match self.course {
            Some(course) => (course, before),
            None => (self.begin(before, bar), bar),
        };
        let shown = self.step(&mut course, before, bar);
        let is_long = course.is_long;
        self.course = Some(course);
        Some((shown, is_long))
    }

    /// The stop of this bar; the course goes on to the next.
    fn step(&self, course: &mut Course, before: HighLow, bar: HighLow) -> f64 {
        let is_touched = if course.is_long { bar.low <= course.stop } else { bar.high >= course.stop };
        if is_touched {
            course.is_long = !course.is_long;
            course.stop = course.beyond(course.extreme, before, bar);
            let offset = course.stop * self.reverse_offset;
            course.stop += if course.is_long { -offset } else { offset };
        }
        let shown = course.stop;
        let pace = if course.is_long { self.long } else { self.short };
        let newest = if course.is_long { bar.high } else { bar.low };
        if is_touched {
            course.factor = pace.initial;
            course.extreme = newest;
        } else if (course.is_long && newest > course.extreme) || (!course.is_long && newest < course.extreme) {
            course.extreme = newest;
            course.factor = (course.factor + pace.step).min(pace.max);
        }
        let next = course.stop + course.factor * (course.extreme - course.stop);
        course.stop = course.beyond(next, before, bar);
        shown
    }
}

impl Course {
    /// A stop never lies within the last two bars.
    fn beyond(&self, stop: f64, before: HighLow, bar: HighLow) -> f64 {
        if self.is_long { stop.min(before.low).min(bar.low) } else { stop.max(before.high).max(bar.high) }
    }
}

impl Window for SarExtended {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        self.follow(bar).map(|(stop, is_long)| if is_long { stop } else { -stop })
    }

    fn warm_up(&self) -> usize {
        1
    }
}

const fn pace(name: &'static str, default: f64) -> Parameter {
    number(name, 0.0, FACTOR_MAX, default)
}

impl Indicator for SarExtended {
    const ABOUT: About = About {
        name: "sarext",
        title: "Parabolic stop and reverse, extended (negative while short)",
        source: "TA-Lib SAREXT",
        parameters: &[
            number("start", -1e15, 1e15, 0.0),
            pace("reverse_offset", 0.0),
            pace("long_initial", 0.02),
            pace("long_step", 0.02),
            pace("long_max", 0.2),
            pace("short_initial", 0.02),
            pace("short_step", 0.02),
            pace("short_max", 0.2),
        ],
        outputs: &["sar"],
    };

    fn of(values: &Values) -> Self {
        let pace = |first| Pace::of(values.number(first), values.number(first + 1), values.number(first + 2));
        Self {
            start: values.number(0),
            reverse_offset: values.number(1),
            long: pace(2),
            short: pace(5),
            previous: None,
            course: None,
        }
    }
}

/// The stop, with one pace for both directions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sar(SarExtended);

impl Window for Sar {
    type Input = HighLow;
    type Output = f64;

    fn push(&mut self, bar: HighLow) -> Option<f64> {
        self.0.follow(bar).map(|(stop, _)| stop)
    }

    fn warm_up(&self) -> usize {
        1
    }
}

impl Indicator for Sar {
    const ABOUT: About = About {
        name: "sar",
        title: "Parabolic stop and reverse",
        source: "TA-Lib SAR",
        parameters: &[pace("step", 0.02), pace("max", 0.2)],
        outputs: &["sar"],
    };

    fn of(values: &Values) -> Self {
        let pace = Pace::of(values.number(0), values.number(0), values.number(1));
        Self(SarExtended { start: 0.0, reverse_offset: 0.0, long: pace, short: pace, previous: None, course: None })
    }
}
