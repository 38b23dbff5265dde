//! Ehlers' measured cycles, by the Hilbert transform.

pub mod dominant;
pub mod hilbert;
pub mod mode;
pub mod phase;
pub mod trend;

pub use dominant::{HtDcPeriod, HtDcPhase, HtPhasor, HtSine};
pub use mode::HtTrendMode;
