//! How a venue that we only watch would have treated our orders: the rules that an instrument may set, and their arithmetic.
//!
//! Two questions that a displayed book leaves open: how much of a level's loss stood ahead of us ([`QueueModel`]), and how long a
//! message takes there and back ([`LatencyRules`]). Everything is in integers, and a draw follows from a seed and a number.

use serde::{Deserialize, Serialize};

use crate::limits::{LATENCY_NS_MAX, LATENCY_ROWS_MAX, LATENCY_WEIGHT_MAX, QUEUE_POWER_MAX};

/// What an instrument sets about its venue. The default is the conservative queue, and no time on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRules {
    /// Who left when a level shrinks without a trade.
    pub queue: QueueModel,
    /// How long messages take.
    pub latency: LatencyRules,
}

/// Which part of a level's loss, where nothing traded, stood ahead of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueueModel {
    /// The least that is possible: those behind leave first.
    #[default]
    Conservative,
    /// `f(ahead) / (f(ahead) + f(behind))` of it, with `f(x) = x^power`: the probability that a leaver stood ahead, as in
    /// E. Rigtorp, "Estimating order queue position" (2013), and the `PowerProbQueueFunc` of hftbacktest.
    Probabilistic {
        /// 1 to 3: how much more likely a leaver is from the longer part.
        power: u8,
    },
}

/// How long messages take to the venue and back, each drawn for itself. A way without rows takes no time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyRules {
    /// What the draws follow from.
    pub seed: u64,
    /// From here to the venue; at most 16 rows, by bound.
    pub inbound: Vec<LatencyRow>,
    /// From the venue to here.
    pub outbound: Vec<LatencyRow>,
}

/// A class of a histogram: durations above the bound of the row before it, up to its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyRow {
    /// The longest, nanoseconds.
    pub upper_ns: u64,
    /// How often, relative to the other rows.
    pub weight: u32,
}

impl PaperRules {
    /// Whether it sets nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether its fields make sense.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let queue_ok = match self.queue {
            QueueModel::Conservative => true,
            QueueModel::Probabilistic { power } => (1..=QUEUE_POWER_MAX).contains(&power),
        };
        queue_ok && is_histogram(&self.latency.inbound) && is_histogram(&self.latency.outbound)
    }
}

fn is_histogram(rows: &[LatencyRow]) -> bool {
    rows.len() <= LATENCY_ROWS_MAX
        && rows.is_sorted_by(|row, next| row.upper_ns < next.upper_ns)
        && rows.iter().all(|row| row.upper_ns <= LATENCY_NS_MAX && (1..=LATENCY_WEIGHT_MAX).contains(&row.weight))
}

/// The duration that draw `number` of a seed gives, nanoseconds; 0 without rows.
#[must_use]
pub fn draw_ns(rows: &[LatencyRow], seed: u64, number: u64) -> u64 {
    let total: u64 = rows.iter().map(|row| u64::from(row.weight)).sum();
    let mut ticket = below(random(seed, number.wrapping_mul(2)), total);
    let mut low = 0;
    for row in rows {
        let weight = u64::from(row.weight);
        if ticket < weight {
            let count = row.upper_ns - low + 1;
            return low + below(random(seed, number.wrapping_mul(2).wrapping_add(1)), count);
        }
        ticket -= weight;
        low = row.upper_ns + 1;
    }
    0
}

/// Output `index` of `SplitMix64` from a seed (Steele, Lea, Flood 2014): each by itself, so nothing but a number is kept.
const fn random(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A random number brought below `count`, in proportion.
const fn below(random: u64, count: u64) -> u64 {
    #[allow(clippy::cast_possible_truncation, reason = "the high half of a product is below its second factor")]
    let part = ((random as u128 * count as u128) >> 64) as u64;
    part
}

/// Above this a part is scaled down before its power is taken, so that the product fits: a share is exact to one in 2^24.
const PART_BITS_MAX: u32 = 24;

/// How much of `lost` lots is taken to have stood ahead, of a level with `ahead` before an order and `behind` after it.
///
/// At least what cannot have stood behind, and at most what was ahead; rounded down between.
#[must_use]
pub fn lost_ahead(power: u8, ahead: i64, behind: i64, lost: i64) -> i64 {
    let bits = i64::BITS - ahead.max(behind).leading_zeros();
    let shift = bits.saturating_sub(PART_BITS_MAX);
    let raised = |part: i64| i128::from(part >> shift).pow(u32::from(power));
    let (ahead_raised, behind_raised) = (raised(ahead), raised(behind));
    let share = match ahead_raised + behind_raised {
        0 => 0,
        sum => i64::try_from(i128::from(lost) * ahead_raised / sum).expect("a part of the loss"),
    };
    share.max(lost - behind).min(ahead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::UNITS_MAX;

    fn row(upper_ns: u64, weight: u32) -> LatencyRow {
        LatencyRow { upper_ns, weight }
    }

    #[test]
    fn draws_fall_into_rows_by_weight_and_reach_both_ends() {
        let rows = [row(0, 1), row(3, 2), row(10, 1)];
        let mut counts = [0_u32; 11];
        for number in 0..40_000 {
            counts[usize::try_from(draw_ns(&rows, 7, number)).expect("small")] += 1;
        }
        let share = |range: std::ops::RangeInclusive<usize>| counts[range].iter().sum::<u32>();
        assert!(share(0..=0).abs_diff(10_000) < 400 && share(1..=3).abs_diff(20_000) < 500, "{counts:?}");
        assert!(counts.iter().all(|&count| count > 1_000), "every duration of a row is drawn: {counts:?}");
        assert_eq!(draw_ns(&[], 7, 1), 0);
        assert_eq!(draw_ns(&rows, 7, 5), draw_ns(&rows, 7, 5));
        assert!((0..64).any(|number| draw_ns(&rows, 7, number) != draw_ns(&rows, 8, number)), "the seed counts");
    }

    #[test]
    fn the_generator_is_splitmix() {
        // The first outputs from seed 1234567 that the generator's reference implementation gives.
        assert_eq!(
            [0, 1, 2].map(|index| random(1_234_567, index)),
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn the_longer_part_loses_more_and_no_part_more_than_it_has() {
        assert_eq!(lost_ahead(1, 30, 70, 10), 3);
        assert_eq!(lost_ahead(2, 30, 70, 10), 1, "900 of 5,800");
        assert_eq!(lost_ahead(3, 70, 30, 10), 9, "343 of 370");
        assert_eq!(lost_ahead(1, 30, 0, 10), 10, "nobody is behind");
        assert_eq!(lost_ahead(1, 0, 30, 10), 0, "nobody is ahead");
        assert_eq!(lost_ahead(3, 1, 9, 10), 1, "all is gone");
        assert_eq!(lost_ahead(3, 9, 1, 10), 9);
        assert_eq!(lost_ahead(2, 40, 20, 55), 40, "no more than was ahead");
        assert_eq!(lost_ahead(2, 20, 40, 55), 15, "no less than those behind leave over");
        assert_eq!(lost_ahead(3, UNITS_MAX, UNITS_MAX, UNITS_MAX), UNITS_MAX / 2, "the largest numbers fit");
    }

    #[test]
    fn a_histogram_is_sorted_and_bounded() {
        let of = |inbound: &[LatencyRow]| PaperRules {
            latency: LatencyRules { seed: 1, inbound: inbound.to_vec(), outbound: Vec::new() },
            ..PaperRules::default()
        };
        assert!(of(&[]).is_valid() && of(&[row(0, 1), row(5, 9)]).is_valid());
        assert!(!of(&[row(5, 1), row(5, 1)]).is_valid(), "an empty class");
        assert!(!of(&[row(9, 1), row(5, 1)]).is_valid(), "out of order");
        assert!(!of(&[row(5, 0)]).is_valid() && !of(&[row(5, LATENCY_WEIGHT_MAX + 1)]).is_valid());
        assert!(!of(&[row(LATENCY_NS_MAX + 1, 1)]).is_valid());
        let many: Vec<LatencyRow> = (1..=17).map(|upper_ns| row(upper_ns, 1)).collect();
        assert!(of(&many[..16]).is_valid() && !of(&many).is_valid());
        let queue = |power| PaperRules { queue: QueueModel::Probabilistic { power }, ..PaperRules::default() };
        assert!(queue(1).is_valid() && queue(3).is_valid() && !queue(0).is_valid() && !queue(4).is_valid());
    }
}
