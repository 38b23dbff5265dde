//! A core that has been running for long: two rich accounts, a book among users and one against the house.

use std::fmt::Write;

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::command::{
    Actor, BookState, CancelOrder, Command, MarketFact, MarketUpdate, NewOrder, OrderChange, OrderRef, ReplaceOrder,
};
use jware_core::event::Event;
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::name::NameRule;
use jware_core::order::{ClOrdId, ExecType, OrderTerms, Side};
use jware_core::paper::PaperRules;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, TradeId, TsNs};

use crate::counting::{self, Count};

/// Few enough names to be let go while the tests run.
const NAMES: NameRule = NameRule { keep_count: 20_000, keep_ns: 0, count_max: 20_000 };

pub const ALICE: AccountId = AccountId(1001);
pub const BOB: AccountId = AccountId(1002);
/// Users trade with each other.
pub const INTERNAL: InstrumentId = InstrumentId(1);
/// Fills against an outside book.
pub const PAPER: InstrumentId = InstrumentId(2);
/// Around here.
pub const PRICE: i64 = 10_000;

pub const USD: CurrencyId = CurrencyId(1);
const CASH: i64 = 1 << 50;
const EVENT_COUNT_MAX: usize = 1 << 14;
/// One bar of every length is closed by each; more than the longest ring.
const DAYS_OF_BARS: u64 = 3_700;
const LIVE_ORDERS: u32 = 600;
const NS_PER_DAY: u64 = 86_400_000_000_000;

pub struct Stage {
    core: Core,
    now: u64,
    events: Vec<Event>,
    name_count: u64,
    name: String,
    /// Of the measured commands.
    pub counted: Count,
}

impl Stage {
    pub fn warm() -> Self {
        let mut stage = Self {
            core: Core::with_names(NAMES),
            now: 0,
            events: Vec::with_capacity(EVENT_COUNT_MAX),
            name_count: 0,
            name: String::new(),
            counted: Count::default(),
        };
        stage.apply(&Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 }));
        for (instrument, venue) in [(INTERNAL, Venue::Internal), (PAPER, Venue::Paper)] {
            stage.apply(&Command::DefineInstrument(definition(instrument, venue)));
        }
        for (account, name) in [(ALICE, "ALICE"), (BOB, "BOB")] {
            stage.apply(&Command::OpenAccount { account, name: name.to_owned() });
            let amount = AmountMinor(CASH);
            stage.apply(&Command::Deposit {
                actor: Actor::default(),
                account,
                currency: USD,
                amount,
                reference: None,
                reason: String::new(),
            });
        }
        for _ in 0..DAYS_OF_BARS {
            stage.now += NS_PER_DAY;
            for instrument in [INTERNAL, PAPER] {
                let trade = stage.trade_fact(PRICE, 1, Side::Buy);
                stage.apply(&stage.facts(instrument, &[trade]));
            }
        }
        // Names have their final room once as many are known as are kept.
        for _ in 0..NAMES.count_max {
            for account in [ALICE, BOB] {
                let order = stage.limit(account, INTERNAL, Side::Buy, 1, PRICE - 100);
                stage.apply(&order);
                stage.apply(&stage.cancel_last(account));
            }
        }
        // More live orders than any row has.
        for _ in 0..LIVE_ORDERS {
            let order = stage.limit(BOB, INTERNAL, Side::Buy, 1, PRICE - 100);
            stage.apply(&order);
        }
        for _ in 0..LIVE_ORDERS {
            stage.apply(&stage.cancel_last(BOB));
        }
        stage.house_around();
        stage
    }

    /// A house book of ten levels on both sides of the price.
    pub fn house_around(&mut self) {
        let mut facts = vec![MarketFact::Reset];
        for step in 1..=10 {
            facts.push(level(Side::Buy, PRICE - step, 1_000));
            facts.push(level(Side::Sell, PRICE + step, 1_000));
        }
        facts.push(MarketFact::State(BookState::Synced));
        self.apply(&self.facts(PAPER, &facts));
    }

    /// Carries out a command that is not measured.
    pub fn apply(&mut self, command: &Command) {
        self.now += 1_000;
        self.events.clear();
        self.core.apply(Seq(self.core.seq().0 + 1), TsNs(self.now), command, &mut self.events);
    }

    /// Carries out a command that is.
    pub fn measure(&mut self, command: &Command) {
        self.now += 1_000;
        self.events.clear();
        let (seq, ts) = (Seq(self.core.seq().0 + 1), TsNs(self.now));
        let ((), count) = counting::of(|| self.core.apply(seq, ts, command, &mut self.events));
        self.counted += count;
    }

    /// Measures a command that must be accepted.
    pub fn measure_accepted(&mut self, command: &Command) {
        self.measure(command);
        assert!(!self.events.iter().any(|event| matches!(event, Event::Refused { .. })), "{command:?}: {:?}", self.events);
    }

    /// How many of the last command's executions are of a type.
    pub fn executed(&self, exec_type: ExecType) -> usize {
        let is_it = |event: &&Event| matches!(event, Event::Execution(execution) if execution.exec_type == exec_type);
        self.events.iter().filter(is_it).count()
    }

    pub fn was_refused(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Refused { .. }))
    }

    pub const fn later_by(&mut self, ns: u64) {
        self.now += ns;
    }

    pub const fn now(&self) -> TsNs {
        TsNs(self.now)
    }

    pub fn next_name(&mut self) -> ClOrdId {
        self.name_count += 1;
        self.name.clear();
        write!(self.name, "n{}", self.name_count).expect("text");
        ClOrdId::new(self.name.as_bytes()).expect("short")
    }

    pub fn order(&mut self, account: AccountId, instrument: InstrumentId, terms: OrderTerms) -> Command {
        Command::NewOrder(NewOrder { actor: Actor::default(), account, instrument, cl_ord_id: self.next_name(), terms })
    }

    pub fn limit(&mut self, account: AccountId, instrument: InstrumentId, side: Side, qty: i64, price: i64) -> Command {
        self.order(account, instrument, OrderTerms::limit(side, QtyLots(qty), PriceTicks(price)))
    }

    /// The newest live order of an account.
    pub fn last_of(&self, account: AccountId) -> OrderId {
        self.core.open_orders(account).last().expect("it has one").order_id
    }

    pub fn open_count(&self, account: AccountId) -> u32 {
        self.core.account(account).expect("opened").open_order_count
    }

    pub fn cancel_last(&self, account: AccountId) -> Command {
        let target = OrderRef { order_id: self.last_of(account), orig_cl_ord_id: ClOrdId::EMPTY };
        Command::Cancel(CancelOrder { actor: Actor::default(), account, cl_ord_id: ClOrdId::EMPTY, target })
    }

    pub fn replace_last(&mut self, account: AccountId, qty: i64, price: i64) -> Command {
        let target = OrderRef { order_id: self.last_of(account), orig_cl_ord_id: ClOrdId::EMPTY };
        let change = OrderChange { order_qty: QtyLots(qty), price: PriceTicks(price), trigger_price: PriceTicks(0) };
        Command::Replace(ReplaceOrder { actor: Actor::default(), account, cl_ord_id: self.next_name(), target, change })
    }

    pub fn trade_fact(&self, price: i64, qty: i64, aggressor: Side) -> MarketFact {
        MarketFact::Trade { price: PriceTicks(price), qty: QtyLots(qty), aggressor, venue_trade_id: TradeId(self.now) }
    }

    pub fn facts(&self, instrument: InstrumentId, facts: &[MarketFact]) -> Command {
        let ts_event = TsNs(self.now);
        Command::Market(facts.iter().map(|&fact| MarketUpdate { instrument, ts_event, fact }).collect())
    }

    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> i64 {
        self.core
            .account(account)
            .and_then(|account| account.positions.get((instrument, Leg::Net)))
            .map_or(0, |position| position.qty)
    }

    pub fn trailing_trigger(&self, account: AccountId) -> i64 {
        self.core.open_orders(account).last().expect("it has one").terms.trigger.price.0
    }

    /// Every row left the stage as it found it.
    pub fn assert_whole(&self) {
        assert!(self.core.orders().is_empty(), "every row takes its orders away");
    }
}

pub const fn level(side: Side, price: i64, qty: i64) -> MarketFact {
    MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(qty) }
}

fn definition(instrument: InstrumentId, venue: Venue) -> InstrumentDefinition {
    InstrumentDefinition {
        instrument,
        symbol: format!("I{}", instrument.0),
        name: String::new(),
        asset_class: "crypto".to_owned(),
        venue,
        base_currency: "BTC".to_owned(),
        quote_currency: USD,
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: 1,
        qty_lots_min: QtyLots(1),
        qty_lots_max: QtyLots(100_000),
        notional_minor_max: AmountMinor(1 << 50),
        collar_bps: 1_000,
        maker_fee_ppm: -100,
        taker_fee_ppm: 1_000,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}
