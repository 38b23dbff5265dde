//! Price collars: how far from a reference an order may be priced.

use jware_core::instrument::CollarReference;
use jware_core::limits::UNITS_MAX;
use jware_core::order::Side;
use jware_core::refusal::{LimitUnit, Refusal, RefusalCode as Code};
use jware_core::units::InstrumentId;

use super::book::better;
use super::money::ceiling;
use super::{Naive, narrow};

impl Naive {
    /// Twice the reference, as the instrument names it.
    fn reference_twice(&self, instrument: InstrumentId) -> Option<i128> {
        let middle = self.best(instrument, Side::Buy).zip(self.best(instrument, Side::Sell)).map(|(bid, ask)| bid + ask);
        let last = Some(self.instrument(instrument).last * 2).filter(|twice| *twice > 0);
        match self.instrument(instrument).definition.collar.reference {
            CollarReference::Mark => middle.or(last),
            CollarReference::Last => last.or(middle),
            CollarReference::Mid => middle,
        }
    }

    /// The last price that is allowed, none where there is no reference.
    pub(super) fn collar(&self, instrument: InstrumentId, side: Side) -> Option<i128> {
        let twice = self.reference_twice(instrument)?;
        let definition = &self.instrument(instrument).definition;
        let by_part = away(twice, side, i128::from(definition.collar_bps));
        let ticks = i128::from(definition.collar.ticks);
        let bound = match side {
            _ if ticks == 0 => by_part,
            Side::Buy => by_part.min((twice + 2 * ticks).div_euclid(2)),
            Side::Sell => by_part.max(ceiling(twice - 2 * ticks, 2)),
        };
        Some(bound.clamp(1, i128::from(UNITS_MAX)))
    }

    pub(super) fn beyond_collar(&self, instrument: InstrumentId, side: Side, limit: i128) -> Vec<Refusal> {
        let mut found = Vec::new();
        if let Some(bound) = self.collar(instrument, side).filter(|bound| better(side, limit, *bound)) {
            let reference = self.reference_twice(instrument).expect("it made the collar").div_euclid(2);
            let [bound, limit, room] = [bound, limit, (bound - reference).abs()].map(narrow);
            found.push(Refusal::limit(Code::PriceCollar, LimitUnit::Ticks, bound, limit, room));
        }
        let bps = i128::from(self.instrument(instrument).definition.collar.window_bps);
        if let Some((_, twice)) = self.anchor(instrument).filter(|_| bps > 0)
            && better(side, limit, away(twice, side, bps))
        {
            found.push(Refusal::plain(Code::PriceCollarWindow));
        }
        found
    }

    /// At the first turn of an accepted order, and where a run of facts ends: the reference is remembered, unless one is that is
    /// not old yet.
    pub(super) fn drop_anchor(&mut self, instrument: InstrumentId) {
        let collar = self.instrument(instrument).definition.collar;
        if collar.window_bps == 0 {
            return;
        }
        let window = i128::from(collar.window_ns);
        let now = i128::from(self.ts.0);
        let old = self.anchor(instrument).is_none_or(|(ts, _)| now - ts >= window);
        if let Some(twice) = self.reference_twice(instrument).filter(|_| old) {
            self.anchors.retain(|row| row.0 != instrument);
            self.anchors.push((instrument, now, twice));
        }
    }

    fn anchor(&self, instrument: InstrumentId) -> Option<(i128, i128)> {
        self.anchors.iter().find(|row| row.0 == instrument).map(|row| (row.1, row.2))
    }
}

/// So many basis points from twice a price, rounded towards it.
fn away(twice: i128, side: Side, bps: i128) -> i128 {
    match side {
        Side::Buy => (twice * (10_000 + bps)).div_euclid(20_000),
        Side::Sell => ceiling(twice * (10_000 - bps), 20_000),
    }
}
