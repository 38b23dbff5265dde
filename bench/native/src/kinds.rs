//! What a full command costs by its kind: new, replace, cancel, an order that fills against 1, 10 and 100 levels, one that is refused, a
//! bracket.
//!
//! The book has so many orders resting as are asked for, with a gap of some hundred prices in the middle in which the levels to cross are laid.
//! What lays and clears them is carried out between the measured commands, off the clock. A time is the median of a kind's commands, the
//! clock's own cost subtracted. With one kind named, only its commands go through `counted`, which a tool that counts instructions can be
//! told to count.

use std::time::Instant;

use jware_core::command::{Actor, CancelOrder, ListedOrder, NewOrder, NewOrderList, OrderChange, OrderRef, ReplaceOrder};
use jware_core::order::{
    ClOrdId, Contingency, OrdType, OrderTerms, SelfTradePrevention, Side, TimeInForce, Trigger, TriggerSource,
};
use jware_core::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots};
use jware_wire::ClientEncoder;
use serde_json::json;

use crate::clock;
use crate::flow;
use crate::ops::Op;
use crate::platform::{Answer, Platform, frame_of};
use crate::stage::{FIRST_ACCOUNT, Placed, SEED, Setting};

/// The middle of the flow's prices.
const MIDDLE: u32 = 100_000;
/// How far the two sides are moved from it.
const GAP: u32 = 200;
const INSTRUMENT: u32 = 1;
const LEVELS: [u32; 3] = [1, 10, 100];
/// More lots than the instrument takes.
const TOO_MANY: QtyLots = QtyLots(1_000_001);

/// One kind's commands.
#[derive(Default)]
struct Kind {
    samples: Vec<u64>,
    reports: u64,
}

/// What must come of a command.
#[derive(Clone, Copy)]
enum Expected {
    Accepted,
    Trades(u64),
    Refused,
}

struct Bench<'a> {
    platform: Platform,
    maker: ClientEncoder,
    only: Option<&'a str>,
    kinds: Vec<(String, Kind)>,
    named: u32,
}

/// One line with each kind's nanoseconds.
pub fn run(setting: Setting, repeats: u32, only: Option<&str>) -> Result<serde_json::Value, String> {
    let mut bench = Bench { platform: Platform::new(setting), maker: ClientEncoder::new(), only, kinds: Vec::new(), named: 0 };
    bench.fill(setting)?;
    let resting = bench.platform.core.orders().len();
    for _ in 0..repeats {
        if bench.wants(&["new", "replace", "cancel"]) {
            bench.new_replace_cancel()?;
        }
        for levels in LEVELS {
            if bench.wants(&[&cross_kind(levels)]) {
                bench.cross(levels)?;
            }
        }
        if bench.wants(&["refused"]) {
            bench.refused()?;
        }
        if bench.wants(&["bracket"]) {
            bench.bracket()?;
        }
    }
    let left = bench.platform.core.orders().len();
    if left != resting {
        return Err(format!("{left} orders rest, not {resting}"));
    }
    if only.is_some_and(|name| bench.kinds.iter().all(|(kind, _)| kind != name)) {
        return Err(format!("there is no kind {}", only.unwrap_or_default()));
    }
    let overhead = clock::overhead_ns();
    let told = bench.kinds.iter_mut().map(|(name, kind)| {
        kind.samples.sort_unstable();
        let ns = kind.samples[kind.samples.len() / 2].saturating_sub(overhead);
        (name.clone(), json!({ "ns": ns, "count": kind.samples.len(), "reports": kind.reports }))
    });
    Ok(json!({ "resting": resting, "kinds": told.collect::<serde_json::Map<_, _>>() }))
}

impl Bench<'_> {
    fn fill(&mut self, setting: Setting) -> Result<(), String> {
        for op in flow::generate_with(SEED, 0, setting.resting).ops {
            let Op::Order { id, side, price, qty, rests } = op else { continue };
            let price = if side == Side::Buy { price - GAP } else { price + GAP };
            let placed =
                Placed { op: Op::Order { id, side, price, qty, rests }, instrument: INSTRUMENT, account: owner(setting, id) };
            let frame = frame_of(&mut self.maker, &placed).to_vec();
            self.carry_out(None, &frame, Expected::Accepted)?;
        }
        Ok(())
    }

    fn wants(&self, kinds: &[&str]) -> bool {
        self.only.is_none_or(|only| kinds.contains(&only))
    }

    fn new_replace_cancel(&mut self) -> Result<(), String> {
        let [first, second] = [self.name(), self.name()];
        let price = PriceTicks(i64::from(MIDDLE - GAP - self.named % 50));
        let frame = self.new_order(BUYER, first, OrderTerms::limit(Side::Buy, QtyLots(10), price));
        self.carry_out(Some("new"), &frame, Expected::Accepted)?;
        let change = OrderChange { order_qty: QtyLots(10), price: PriceTicks(price.0 - 7), trigger_price: PriceTicks(0) };
        let request = ReplaceOrder { actor: Actor::default(), account: BUYER, cl_ord_id: second, target: named(first), change };
        let frame = self.maker.replace(&request).to_vec();
        self.carry_out(Some("replace"), &frame, Expected::Accepted)?;
        let frame = self.cancel(BUYER, second);
        self.carry_out(Some("cancel"), &frame, Expected::Accepted)
    }

    fn cross(&mut self, levels: u32) -> Result<(), String> {
        for level in 0..levels {
            let price = PriceTicks(i64::from(MIDDLE - levels / 2 + level));
            let name = self.name();
            let frame = self.new_order(SELLER, name, OrderTerms::limit(Side::Sell, QtyLots(1), price));
            self.carry_out(None, &frame, Expected::Accepted)?;
        }
        let highest = PriceTicks(i64::from(MIDDLE + levels));
        let terms =
            OrderTerms { time_in_force: TimeInForce::Ioc, ..OrderTerms::limit(Side::Buy, QtyLots(i64::from(levels)), highest) };
        let name = self.name();
        let frame = self.new_order(BUYER, name, terms);
        // The taker is told of each trade, and so is the maker.
        self.carry_out(Some(&cross_kind(levels)), &frame, Expected::Trades(2 * u64::from(levels)))
    }

    fn refused(&mut self) -> Result<(), String> {
        let name = self.name();
        let frame = self.new_order(BUYER, name, OrderTerms::limit(Side::Buy, TOO_MANY, PriceTicks(i64::from(MIDDLE))));
        self.carry_out(Some("refused"), &frame, Expected::Refused)
    }

    fn bracket(&mut self) -> Result<(), String> {
        let names = [self.name(), self.name(), self.name()];
        let (qty, at) = (QtyLots(10), |price: u32| PriceTicks(i64::from(price)));
        let stop = OrderTerms {
            ord_type: OrdType::Stop,
            price: PriceTicks(0),
            trigger: Trigger { price: at(MIDDLE - 10 * GAP), source: TriggerSource::Last, ..Trigger::default() },
            ..OrderTerms::limit(Side::Sell, qty, PriceTicks(0))
        };
        let terms = [
            OrderTerms::limit(Side::Buy, qty, at(MIDDLE - GAP)),
            OrderTerms::limit(Side::Sell, qty, at(MIDDLE + 10 * GAP)),
            stop,
        ];
        let orders = names.into_iter().zip(terms).map(|(cl_ord_id, terms)| ListedOrder { cl_ord_id, terms }).collect();
        let list = NewOrderList {
            actor: Actor::default(),
            account: BUYER,
            instrument: InstrumentId(INSTRUMENT),
            contingency: Contingency::Bracket,
            orders,
        };
        let frame = self.maker.new_order_list(&list).to_vec();
        self.carry_out(Some("bracket"), &frame, Expected::Accepted)?;
        let frame = self.cancel(BUYER, names[0]);
        self.carry_out(None, &frame, Expected::Accepted)
    }

    /// Carries a frame out; as a sample of a kind, where one is named.
    fn carry_out(&mut self, kind: Option<&str>, frame: &[u8], expected: Expected) -> Result<(), String> {
        let is_counted = kind.is_some() && (self.only.is_none() || self.only == kind);
        let start = Instant::now();
        let answer = if is_counted { counted(&mut self.platform, frame)? } else { self.platform.carry_out(frame)? };
        let nanoseconds = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let is_right = match expected {
            Expected::Accepted => answer.is_accepted && answer.refusal.is_none(),
            Expected::Trades(count) => answer.trade_count == count && answer.refusal.is_none(),
            Expected::Refused => answer.refusal.is_some() && answer.report_count == 0,
        };
        if !is_right {
            return Err(format!("{} was answered by {answer:?}", kind.unwrap_or("what lies between")));
        }
        if let Some(name) = kind.filter(|_| is_counted) {
            let at = self.kinds.iter().position(|(other, _)| other == name).unwrap_or_else(|| {
                self.kinds.push((name.to_owned(), Kind::default()));
                self.kinds.len() - 1
            });
            let kind = &mut self.kinds[at].1;
            kind.samples.push(nanoseconds);
            kind.reports += answer.report_count;
        }
        Ok(())
    }

    fn name(&mut self) -> ClOrdId {
        self.named += 1;
        ClOrdId::new(format!("kind-{}", self.named).as_bytes()).expect("a short name")
    }

    fn new_order(&mut self, account: AccountId, cl_ord_id: ClOrdId, terms: OrderTerms) -> Vec<u8> {
        let terms = OrderTerms { self_trade_prevention: SelfTradePrevention::None, ..terms };
        let order = NewOrder { actor: Actor::default(), account, instrument: InstrumentId(INSTRUMENT), cl_ord_id, terms };
        self.maker.new_order(&order).to_vec()
    }

    fn cancel(&mut self, account: AccountId, name: ClOrdId) -> Vec<u8> {
        let request = CancelOrder { actor: Actor::default(), account, cl_ord_id: ClOrdId::EMPTY, target: named(name) };
        self.maker.cancel(&request).to_vec()
    }
}

fn cross_kind(levels: u32) -> String {
    format!("cross {levels} level{}", if levels == 1 { "" } else { "s" })
}

const BUYER: AccountId = AccountId(FIRST_ACCOUNT);
const SELLER: AccountId = AccountId(FIRST_ACCOUNT + 1);

/// The orders that rest are of the accounts in turn.
fn owner(setting: Setting, id: u32) -> u32 {
    FIRST_ACCOUNT + id % setting.accounts
}

fn named(name: ClOrdId) -> OrderRef {
    OrderRef { order_id: OrderId(0), orig_cl_ord_id: name }
}

/// A function of its own, so that a tool can count the instructions between its begin and its end.
#[inline(never)]
fn counted(platform: &mut Platform, frame: &[u8]) -> Result<Answer, String> {
    platform.carry_out(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: Setting = Setting { instruments: 2, accounts: 10, resting: 100 };

    #[test]
    fn every_kind_is_answered_as_often_as_it_was_asked() {
        let told = run(SETTING, 3, None).unwrap();
        let reports = |kind: &str| told["kinds"][kind]["reports"].as_u64();
        assert_eq!(["new", "replace", "cancel", "refused", "bracket"].map(reports), [3, 3, 3, 0, 9].map(Some));
        // Accepted, and a report of each trade for either side; the last level takes all that is left.
        assert_eq!(["cross 1 level", "cross 10 levels", "cross 100 levels"].map(reports), [9, 63, 603].map(Some));
        assert_eq!(told["resting"], 100);
    }

    #[test]
    fn one_kind_alone_may_be_asked_for_if_there_is_one() {
        let told = run(SETTING, 2, Some("cancel")).unwrap();
        assert_eq!(told["kinds"].as_object().unwrap().keys().collect::<Vec<_>>(), ["cancel"]);
        assert_eq!(run(SETTING, 1, Some("fly")).unwrap_err(), "there is no kind fly");
    }
}
