//! Lines above and below the price: channels, envelopes and stops.

pub mod acceleration;
pub mod bollinger;
pub mod chandelier;
pub mod donchian;
pub mod envelope;
pub mod ichimoku;
pub mod keltner;
pub mod supertrend;

pub use acceleration::AccelerationBands;
pub use bollinger::{Bbands, Bollinger};
pub use chandelier::Chandelier;
pub use donchian::Donchian;
pub use envelope::Envelope;
pub use ichimoku::Ichimoku;
pub use keltner::{Keltner, Starc};
pub use supertrend::Supertrend;
