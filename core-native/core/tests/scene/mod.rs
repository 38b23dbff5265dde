//! A small stage for tests: two instruments, two funded accounts, and words for what tests do.
#![allow(
    dead_code,
    missing_docs,
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "each test file uses the words it needs, and they read as sentences about the scene"
)]

use jware_core::Core;
use jware_core::account::Leg;
use jware_core::command::{
    AccountKind, Actor, BookState, CancelOrder, Command, MarketFact, MarketUpdate, NewOrder, OrderChange, OrderRef, PositionMode,
    ReplaceOrder,
};
use jware_core::event::{Event, Execution};
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::name::NameRule;
use jware_core::order::{ClOrdId, OrderTerms, Side};
use jware_core::paper::PaperRules;
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, TradeId, TsNs};

pub const ALICE: AccountId = AccountId(1001);
pub const BOB: AccountId = AccountId(1002);
/// Users trade with each other.
pub const INTERNAL: InstrumentId = InstrumentId(1);
/// Fills against an outside book.
pub const PAPER: InstrumentId = InstrumentId(2);
pub const USD: CurrencyId = CurrencyId(1);

pub struct Scene {
    pub core: Core,
    pub now: u64,
}

pub fn id(text: &str) -> ClOrdId {
    ClOrdId::new(text.as_bytes()).expect("tests use valid names")
}

pub fn definition(instrument: InstrumentId, symbol: &str, venue: Venue) -> InstrumentDefinition {
    InstrumentDefinition {
        instrument,
        symbol: symbol.to_owned(),
        name: symbol.to_owned(),
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
        qty_lots_max: QtyLots(10_000),
        notional_minor_max: AmountMinor(5_000_000),
        collar_bps: 1_000,
        maker_fee_ppm: 0,
        taker_fee_ppm: 1_000,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}

impl Scene {
    pub fn new() -> Self {
        Self::with_names(NameRule::default())
    }

    pub fn with_names(rule: NameRule) -> Self {
        let mut scene = Self { core: Core::with_names(rule), now: 0 };
        scene.apply(Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 }));
        scene.apply(Command::DefineInstrument(definition(INTERNAL, "INT", Venue::Internal)));
        scene.apply(Command::DefineInstrument(definition(PAPER, "PAP", Venue::Paper)));
        for (account, name) in [(ALICE, "ALICE"), (BOB, "BOB")] {
            scene.apply(Command::OpenAccount { account, name: name.to_owned() });
            scene.apply(Command::Deposit {
                actor: Actor::default(),
                account,
                currency: USD,
                amount: AmountMinor(1_000_000),
                reference: None,
                reason: String::new(),
            });
        }
        scene
    }

    pub fn apply(&mut self, command: Command) -> Vec<Event> {
        self.now += 1_000;
        let mut events = Vec::new();
        self.core.apply(Seq(self.core.seq().0 + 1), TsNs(self.now), &command, &mut events);
        events
    }

    pub fn order(&self, account: AccountId, instrument: InstrumentId, name: &str, side: Side, qty: i64, price: i64) -> NewOrder {
        NewOrder {
            actor: Actor::default(),
            account,
            instrument,
            cl_ord_id: id(name),
            terms: if price == 0 {
                OrderTerms::market(side, QtyLots(qty))
            } else {
                OrderTerms::limit(side, QtyLots(qty), PriceTicks(price))
            },
        }
    }

    pub fn limit(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        name: &str,
        side: Side,
        qty: i64,
        price: i64,
    ) -> Vec<Event> {
        let order = self.order(account, instrument, name, side, qty, price);
        self.apply(Command::NewOrder(order))
    }

    pub fn cancel(&mut self, account: AccountId, name: &str) -> Vec<Event> {
        self.apply(Command::Cancel(CancelOrder {
            actor: Actor::default(),
            account,
            cl_ord_id: ClOrdId::EMPTY,
            target: OrderRef { order_id: OrderId(0), orig_cl_ord_id: id(name) },
        }))
    }

    pub fn replace(&mut self, account: AccountId, old: &str, new: &str, qty: i64, price: i64) -> Vec<Event> {
        self.apply(Command::Replace(ReplaceOrder {
            actor: Actor::default(),
            account,
            cl_ord_id: id(new),
            target: OrderRef { order_id: OrderId(0), orig_cl_ord_id: id(old) },
            change: OrderChange { order_qty: QtyLots(qty), price: PriceTicks(price), trigger_price: PriceTicks(0) },
        }))
    }

    /// Shows house levels `(side, price, qty)` and marks the book synced.
    pub fn house(&mut self, levels: &[(Side, i64, i64)]) -> Vec<Event> {
        let mut facts: Vec<MarketFact> = levels
            .iter()
            .map(|&(side, price, qty)| MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(qty) })
            .collect();
        facts.push(MarketFact::State(BookState::Synced));
        self.facts(&facts)
    }

    pub fn outside_trade(&mut self, aggressor: Side, price: i64, qty: i64) -> Vec<Event> {
        self.facts(&[MarketFact::Trade { price: PriceTicks(price), qty: QtyLots(qty), aggressor, venue_trade_id: TradeId(7) }])
    }

    pub fn facts(&mut self, facts: &[MarketFact]) -> Vec<Event> {
        let ts_event = TsNs(self.now);
        self.apply(Command::Market(facts.iter().map(|&fact| MarketUpdate { instrument: PAPER, ts_event, fact }).collect()))
    }

    pub fn position(&self, account: AccountId, instrument: InstrumentId) -> (i64, i64) {
        self.leg(account, instrument, Leg::Net)
    }

    /// Quantity and cost of one of an account's positions.
    pub fn leg(&self, account: AccountId, instrument: InstrumentId, leg: Leg) -> (i64, i64) {
        let account = self.core.account(account);
        account.and_then(|account| account.positions.get((instrument, leg))).map_or((0, 0), |p| (p.qty, p.cost))
    }

    pub fn configure(&mut self, account: AccountId, kind: AccountKind, position_mode: PositionMode) -> Vec<Event> {
        let (actor, reason) = (Actor::default(), String::new());
        self.apply(Command::ConfigureAccount { actor, account, kind, reason, position_mode })
    }

    /// Sum over all accounts of cash less cost, and of positions: both are zero at all times.
    pub fn assert_conserved(&self) {
        let mut money = 0_i128;
        let mut positions = std::collections::BTreeMap::new();
        for account in self.core.accounts() {
            money += i128::from(account.balance(USD).cash);
            for ((instrument, _), position) in account.positions.iter() {
                money -= i128::from(position.cost);
                *positions.entry(instrument).or_insert(0_i128) += i128::from(position.qty);
            }
        }
        assert_eq!(money, 0, "money is conserved");
        assert!(positions.values().all(|&sum| sum == 0), "positions sum to zero: {positions:?}");
    }
}

pub fn executions(events: &[Event]) -> Vec<Execution> {
    events.iter().filter_map(|event| if let Event::Execution(execution) = event { Some(*execution) } else { None }).collect()
}

/// Fills as `(name, quantity, price)`.
pub fn fills(events: &[Event]) -> Vec<(String, i64, i64)> {
    executions(events)
        .into_iter()
        .filter(|execution| execution.last_qty.0 > 0)
        .map(|execution| (execution.cl_ord_id.as_str().to_owned(), execution.last_qty.0, execution.last_px.0))
        .collect()
}

pub fn refusal(events: &[Event]) -> Option<Refusal> {
    events.iter().find_map(|event| if let Event::Refused { refusal, .. } = event { Some(*refusal) } else { None })
}
