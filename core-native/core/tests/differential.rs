//! The core against the naive model: the same commands, compared after each one, with everything that must always hold.
//!
//! `JWARE_TEST_SEED` repeats a run, `JWARE_TEST_CASES` makes it longer. A failure is shrunk to its shortest list of steps.
#![allow(missing_docs)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use jware_core::Core;
use jware_core::account::HOUSE_ACCOUNT;
use jware_core::command::{
    Actor, BookState, CancelOrder, Command, MarketFact, MarketUpdate, MassCancel, NewOrder, OrderRef, ReplaceOrder, TradingState,
};
use jware_core::event::{Event, Execution};
use jware_core::instrument::{CurrencyDefinition, InstrumentDefinition, Venue};
use jware_core::limits::UNITS_MAX;
use jware_core::order::{ClOrdId, ExecType, OrdStatus, OrdType, Side, TimeInForce};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, SessionId, TradeId, TsNs, UserId,
};
use naive::Naive;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const ACCOUNTS: [AccountId; 3] = [AccountId(16), AccountId(1001), AccountId(u32::MAX)];
const INSTRUMENTS: [InstrumentId; 3] = [InstrumentId(1), InstrumentId(2), InstrumentId(u32::MAX)];
const CURRENCIES: [CurrencyId; 2] = [CurrencyId(1), CurrencyId(2)];

/// One step, before it is known which orders and names there are: those are chosen by index.
#[derive(Clone, Debug)]
enum Step {
    Order { who: Who, instrument: u8, side: Side, market: bool, time_in_force: TimeInForce, qty: i64, price: i64, name: Name },
    Cancel { who: Who, target: Target, name: Name },
    Replace { who: Who, target: Target, qty: i64, price: i64, name: Name },
    MassCancel { who: Who, instrument: option_u8, side: Option<Side>, session_only: bool },
    State { who: Who, halted: bool },
    Deposit { who: Who, currency: u8, amount: i64 },
    Facts(Vec<(u8, MarketFact)>),
    Tick,
}

#[allow(non_camel_case_types, reason = "reads as the field's type")]
type option_u8 = Option<u8>;

#[derive(Clone, Copy, Debug)]
struct Who {
    account: u8,
    session: u8,
}

#[derive(Clone, Copy, Debug)]
enum Name {
    Fresh,
    Used(u8),
    Empty,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    Id(u8),
    Name(u8),
    Both(u8, u8),
    Nothing,
    Unknown,
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Mostly one of two accounts that trade with each other, seldom one that does not exist.
fn who() -> impl Strategy<Value = Who> {
    (prop_oneof![30 => 0_u8..3, 1 => 3_u8..5], 0_u8..2).prop_map(|(account, session)| Who { account, session })
}

fn which_instrument() -> impl Strategy<Value = u8> {
    prop_oneof![60 => 0_u8..3, 1 => Just(3_u8)]
}

fn edge() -> impl Strategy<Value = i64> {
    prop::sample::select(vec![0, 1, -1, 2, UNITS_MAX, UNITS_MAX + 1, i64::MAX, i64::MIN, i64::MAX / 2, 1 << 40])
}

fn qty() -> impl Strategy<Value = i64> {
    prop_oneof![25 => 1_i64..40, 1 => edge()]
}

/// Few prices, so that orders meet.
fn price() -> impl Strategy<Value = i64> {
    prop_oneof![40 => 95_i64..106, 6 => 60_i64..150, 1 => edge()]
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![20 => Just(Name::Fresh), 1 => any::<u8>().prop_map(Name::Used), 1 => Just(Name::Empty)]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        20 => any::<u8>().prop_map(Target::Id),
        20 => any::<u8>().prop_map(Target::Name),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(id, name)| Target::Both(id, name)),
        1 => Just(Target::Nothing),
        1 => Just(Target::Unknown),
    ]
}

fn book_state() -> impl Strategy<Value = BookState> {
    prop_oneof![6 => Just(BookState::Synced), 1 => Just(BookState::Stale), 1 => Just(BookState::Resyncing)]
}

fn fact() -> impl Strategy<Value = MarketFact> {
    let shown = prop_oneof![30 => 0_i64..30, 1 => edge()];
    prop_oneof![
        30 => (side(), price(), shown).prop_map(|(side, price, qty)| {
            MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(qty) }
        }),
        12 => (side(), price(), qty()).prop_map(|(aggressor, price, qty)| MarketFact::Trade {
            price: PriceTicks(price),
            qty: QtyLots(qty),
            aggressor,
            venue_trade_id: TradeId(5),
        }),
        1 => Just(MarketFact::Reset),
        4 => book_state().prop_map(MarketFact::State),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let time_in_force = prop_oneof![6 => Just(TimeInForce::Gtc), 1 => Just(TimeInForce::Ioc), 1 => Just(TimeInForce::Fok)];
    let order = (who(), which_instrument(), side(), prop::bool::weighted(0.15), time_in_force, qty(), price(), name(), 0_u8..40);
    prop_oneof![
        40 => order.prop_map(|(who, instrument, side, market, time_in_force, qty, price, name, odd)| {
            // A market order has no price, but for the odd one.
            let price = if market && odd > 0 { 0 } else { price };
            Step::Order { who, instrument, side, market, time_in_force, qty, price, name }
        }),
        10 => (who(), target(), name()).prop_map(|(who, target, name)| Step::Cancel { who, target, name }),
        14 => (who(), target(), qty(), price(), name())
            .prop_map(|(who, target, qty, price, name)| Step::Replace { who, target, qty, price, name }),
        2 => (who(), option::of(which_instrument()), option::of(side()), any::<bool>())
            .prop_map(|(who, instrument, side, session_only)| Step::MassCancel { who, instrument, side, session_only }),
        1 => who().prop_map(|who| Step::State { who, halted: true }),
        3 => who().prop_map(|who| Step::State { who, halted: false }),
        2 => (who(), 0_u8..3, prop_oneof![-30_000_i64..60_000, edge()])
            .prop_map(|(who, currency, amount)| Step::Deposit { who, currency, amount }),
        24 => vec((which_instrument(), fact()), 1..6).prop_map(Step::Facts),
        1 => Just(Step::Tick),
    ]
}

fn definition(index: usize) -> InstrumentDefinition {
    let (venue, currency, tick_lot_minor, maker, taker) =
        [(Venue::Internal, 0, 1, -200, 1_000), (Venue::Paper, 0, 7, 300, 2_500), (Venue::Simulated, 1, 1, 0, 0)][index];
    InstrumentDefinition {
        instrument: INSTRUMENTS[index],
        symbol: format!("I{index}"),
        name: String::new(),
        asset_class: "crypto".to_owned(),
        venue,
        base_currency: "BTC".to_owned(),
        quote_currency: CURRENCIES[currency],
        price_decimals: 0,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor,
        qty_lots_min: QtyLots([1, 2, 1][index]),
        qty_lots_max: QtyLots([35, 1_000, UNITS_MAX][index]),
        notional_minor_max: AmountMinor([3_400, 1_000_000, 1 << 60][index]),
        collar_bps: [1_000, 2_000, 5_000][index],
        maker_fee_ppm: maker,
        taker_fee_ppm: taker,
    }
}

fn opening() -> Vec<Command> {
    let mut commands = Vec::new();
    for code in ["USD", "EUR"] {
        commands.push(Command::DefineCurrency(CurrencyDefinition { code: code.to_owned(), decimals: 2 }));
    }
    commands.extend((0..3).map(|index| Command::DefineInstrument(definition(index))));
    for account in ACCOUNTS {
        commands.push(Command::OpenAccount { account, name: format!("A{}", account.0) });
        for currency in CURRENCIES {
            commands.push(Command::Deposit { actor: Actor::default(), account, currency, amount: AmountMinor(30_000) });
        }
    }
    for instrument in &INSTRUMENTS[1..] {
        let fact = |fact| MarketUpdate { instrument: *instrument, ts_event: TsNs(1), fact };
        let level = |side, price| fact(MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(20) });
        commands.push(Command::Market(vec![
            level(Side::Buy, 99),
            level(Side::Sell, 101),
            fact(MarketFact::State(BookState::Synced)),
        ]));
    }
    commands
}

/// The core, the model, and what a client would know from the events alone.
struct Pair {
    core: Core,
    naive: Naive,
    now: u64,
    commands: Vec<(TsNs, Command)>,
    events: Vec<Event>,
    ids: Vec<OrderId>,
    names: Vec<ClOrdId>,
    last_status: BTreeMap<OrderId, Execution>,
    last_seq: BTreeMap<AccountId, u64>,
    books: BTreeMap<(InstrumentId, u8), BTreeMap<PriceTicks, i64>>,
}

type Check = Result<(), TestCaseError>;

impl Pair {
    fn new() -> Self {
        Self {
            core: Core::new(),
            naive: Naive::default(),
            now: 1_700_000_000_000_000_000,
            commands: Vec::new(),
            events: Vec::new(),
            ids: Vec::new(),
            names: Vec::new(),
            last_status: BTreeMap::new(),
            last_seq: BTreeMap::new(),
            books: BTreeMap::new(),
        }
    }

    fn command_of(&self, step: &Step) -> Command {
        // The fourth is the house, which nobody trades for; the fifth does not exist.
        let account =
            |who: &Who| ACCOUNTS.iter().chain(&[HOUSE_ACCOUNT, AccountId(99)]).nth(who.account.into()).copied().expect("five");
        let actor = |who: &Who| Actor { user: UserId(1), session: SessionId(u32::from(who.session) + 1) };
        let instrument = |index: u8| INSTRUMENTS.get(usize::from(index)).copied().unwrap_or(InstrumentId(77));
        let name = |name: &Name| match name {
            Name::Empty => ClOrdId::EMPTY,
            Name::Used(index) if !self.names.is_empty() => {
                *self.names.iter().rev().nth(usize::from(*index) % 24).unwrap_or(&self.names[0])
            }
            _ => ClOrdId::new(format!("n{}", self.commands.len()).as_bytes()).expect("a short name"),
        };
        // Recent orders and names, which may still be working.
        let id = |index: u8| self.ids.iter().rev().nth(usize::from(index) % 24).copied().unwrap_or(OrderId(0));
        let used = |index: u8| self.names.iter().rev().nth(usize::from(index) % 24).copied().unwrap_or(ClOrdId::EMPTY);
        let order_ref = |target: &Target| match *target {
            Target::Id(index) => OrderRef { order_id: id(index), orig_cl_ord_id: ClOrdId::EMPTY },
            Target::Name(index) => OrderRef { order_id: OrderId(0), orig_cl_ord_id: used(index) },
            Target::Both(first, second) => OrderRef { order_id: id(first), orig_cl_ord_id: used(second) },
            Target::Nothing => OrderRef { order_id: OrderId(0), orig_cl_ord_id: ClOrdId::EMPTY },
            Target::Unknown => OrderRef { order_id: OrderId(u64::MAX), orig_cl_ord_id: ClOrdId::EMPTY },
        };
        match step {
            Step::Order { who, instrument: index, side, market, time_in_force, qty, price, name: chosen } => {
                Command::NewOrder(NewOrder {
                    actor: actor(who),
                    account: account(who),
                    instrument: instrument(*index),
                    cl_ord_id: name(chosen),
                    side: *side,
                    ord_type: if *market { OrdType::Market } else { OrdType::Limit },
                    time_in_force: *time_in_force,
                    order_qty: QtyLots(*qty),
                    price: PriceTicks(*price),
                })
            }
            Step::Cancel { who, target, name: chosen } => Command::Cancel(CancelOrder {
                actor: actor(who),
                account: account(who),
                cl_ord_id: name(chosen),
                target: order_ref(target),
            }),
            Step::Replace { who, target, qty, price, name: chosen } => Command::Replace(ReplaceOrder {
                actor: actor(who),
                account: account(who),
                cl_ord_id: name(chosen),
                target: order_ref(target),
                order_qty: QtyLots(*qty),
                price: PriceTicks(*price),
            }),
            Step::MassCancel { who, instrument: index, side, session_only } => Command::MassCancel(MassCancel {
                actor: actor(who),
                account: account(who),
                cl_ord_id: ClOrdId::EMPTY,
                instrument: index.map_or(InstrumentId(0), instrument),
                side: *side,
                session_only: *session_only,
            }),
            Step::State { who, halted } => Command::SetTradingState {
                actor: actor(who),
                account: account(who),
                state: if *halted { TradingState::Halted } else { TradingState::Active },
                reason: "a reason".to_owned(),
            },
            Step::Deposit { who, currency, amount } => Command::Deposit {
                actor: actor(who),
                account: account(who),
                currency: CurrencyId(u16::from(*currency) + 1),
                amount: AmountMinor(*amount),
            },
            Step::Facts(facts) => Command::Market(
                facts
                    .iter()
                    .map(|(index, fact)| MarketUpdate { instrument: instrument(*index), ts_event: TsNs(self.now), fact: *fact })
                    .collect(),
            ),
            Step::Tick => Command::Tick,
        }
    }

    fn apply(&mut self, command: Command) -> Check {
        self.now += 1_000_003;
        let (seq, ts) = (self.core.seq().0 + 1, TsNs(self.now));
        let mut events = Vec::new();
        self.core.apply(Seq(seq), ts, &command, &mut events);
        let told = self.naive.apply(seq, ts, &command);
        self.remember(&command, seq);
        self.commands.push((ts, command));
        self.compare_events(&events, &told)?;
        self.follow(&events)?;
        self.compare_accounts()?;
        self.compare_books()?;
        self.check_conserved()?;
        self.events.extend(events);
        Ok(())
    }

    fn remember(&mut self, command: &Command, seq: u64) {
        match command {
            Command::NewOrder(order) => {
                self.ids.push(OrderId(seq));
                self.names.push(order.cl_ord_id);
            }
            Command::Replace(request) => self.names.push(request.cl_ord_id),
            _ => {}
        }
    }

    fn compare_events(&self, events: &[Event], told: &naive::Told) -> Check {
        let of_core: Vec<Execution> = events
            .iter()
            .filter_map(|event| if let Event::Execution(e) = event { Some(Execution { account_seq: 0, ..*e }) } else { None })
            .collect();
        prop_assert_eq!(&of_core, &told.executions);
        let refused =
            events.iter().find_map(|event| if let Event::Refused { refusal, .. } = event { Some(refusal.code) } else { None });
        prop_assert_eq!(refused, told.refusal);
        prop_assert!(refused.is_none() || events.len() == 1, "a refusal stands alone: {:?}", events);
        let canceled = events
            .iter()
            .find_map(|event| if let Event::MassCanceled { canceled_count, .. } = event { Some(*canceled_count) } else { None });
        prop_assert_eq!(canceled, told.canceled_count);

        // Each position that a fill changed is told, and each balance that an execution or payment touched: as it is now, and
        // once, but for facts, which settle after each run of one instrument.
        let runs_alone = !matches!(self.commands.last(), Some((_, Command::Market(_))));
        let mut positions = BTreeMap::new();
        let mut balances = BTreeMap::new();
        for event in events {
            let told_before = match event {
                Event::Position(told) => positions.insert((told.account, told.instrument), *told).is_some(),
                Event::Balance(told) => balances.insert((told.account, told.currency), *told).is_some(),
                _ => false,
            };
            prop_assert!(!(told_before && runs_alone), "told twice: {:?}", event);
        }
        for told in positions.values() {
            let now = self.naive.position(told.account, told.instrument);
            let as_told = (told.qty.0, told.cost.0, told.realised.0, told.fees.0);
            prop_assert_eq!(wide4(as_told), (now.qty, now.cost, now.realised, now.fees));
        }
        for told in balances.values() {
            prop_assert_eq!(i128::from(told.cash.0), self.naive.cash(told.account, told.currency));
            prop_assert_eq!(i128::from(told.used.0), self.naive.used(told.account, told.currency));
            prop_assert_eq!(i128::from(told.held.0), self.naive.held(told.account, told.currency));
        }
        let traded = told.executions.iter().filter(|e| e.exec_type == ExecType::Trade).map(|e| (e.account, e.instrument));
        prop_assert_eq!(positions.into_keys().collect::<BTreeSet<_>>(), traded.collect());
        let currency_of = |instrument| self.naive.instrument(instrument).definition.quote_currency;
        let mut touched: BTreeSet<_> = told.executions.iter().map(|e| (e.account, currency_of(e.instrument))).collect();
        if let (Some((_, Command::Deposit { account, currency, .. })), None) = (self.commands.last(), refused) {
            touched.insert((*account, *currency));
        }
        prop_assert_eq!(balances.into_keys().collect::<BTreeSet<_>>(), touched);
        Ok(())
    }

    /// What a client does with the events: numbers without gaps, one life per order, the book from its changes.
    fn follow(&mut self, events: &[Event]) -> Check {
        for event in events {
            let numbered = match event {
                Event::Execution(told) => Some((told.account, told.account_seq)),
                Event::Position(told) => Some((told.account, told.account_seq)),
                Event::Balance(told) => Some((told.account, told.account_seq)),
                Event::AccountState { account, account_seq, .. } => Some((*account, *account_seq)),
                _ => None,
            };
            if let Some((account, seq)) = numbered {
                let last = self.last_seq.insert(account, seq).unwrap_or(0);
                prop_assert_eq!(seq, last + 1, "the sequence of account {:?} is dense", account);
            }
            match event {
                Event::Execution(told) => self.follow_order(told)?,
                Event::BookReset { instrument } => {
                    self.books.insert((*instrument, 1), BTreeMap::new());
                    self.books.insert((*instrument, 2), BTreeMap::new());
                }
                Event::Level { instrument, side, price, qty } => {
                    let book = self.books.entry((*instrument, *side as u8)).or_default();
                    if qty.0 == 0 {
                        book.remove(price)
                    } else {
                        book.insert(*price, qty.0)
                    };
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn follow_order(&mut self, told: &Execution) -> Check {
        prop_assert!(told.cum_qty <= told.order_qty, "never more than was asked: {:?}", told);
        let open = told.order_qty.0 - told.cum_qty.0;
        prop_assert_eq!(told.leaves_qty.0, if told.ord_status.is_terminal() { 0 } else { open });
        prop_assert_eq!(told.ord_status == OrdStatus::Filled, open == 0, "{:?}", told);
        let before = self.last_status.insert(told.order_id, *told);
        match (before, told.exec_type) {
            (None, ExecType::New) => {}
            (Some(before), _) if told.exec_type != ExecType::New => {
                prop_assert!(!before.ord_status.is_terminal(), "{:?} came after its end", told);
                let grown = told.cum_qty.0 - before.cum_qty.0;
                prop_assert_eq!(grown, told.last_qty.0, "what is filled grows by fills alone");
                prop_assert_eq!(told.exec_type == ExecType::Trade, grown > 0);
                prop_assert_eq!(told.cum_lot_ticks - before.cum_lot_ticks, told.last_qty.0 * told.last_px.0);
            }
            (before, _) => return Err(TestCaseError::fail(format!("{before:?} then {told:?}"))),
        }
        Ok(())
    }

    fn compare_accounts(&self) -> Check {
        let working: BTreeSet<OrderId> = self.core.orders().iter_by_id().map(|order| order.order_id).collect();
        let alive = self.last_status.values().filter(|told| !told.ord_status.is_terminal()).map(|told| told.order_id);
        prop_assert_eq!(&working, &alive.collect(), "an order is working until its end was told, and not after");
        for account in self.core.accounts() {
            for (currency, balance) in &account.balances {
                prop_assert_eq!(i128::from(balance.cash), self.naive.cash(account.id, *currency), "cash of {:?}", account.id);
                prop_assert_eq!(i128::from(balance.used), self.naive.used(account.id, *currency), "used of {:?}", account.id);
                prop_assert_eq!(i128::from(balance.held), self.naive.held(account.id, *currency), "held of {:?}", account.id);
            }
            for (instrument, position) in &account.positions {
                let now = self.naive.position(account.id, *instrument);
                let of_core = (position.qty, position.cost, position.realised, position.fees);
                prop_assert_eq!(wide4(of_core), (now.qty, now.cost, now.realised, now.fees), "{:?}", account.id);
                prop_assert_eq!(position.qty == 0, position.cost == 0, "a flat position costs nothing");
            }
            let open = self.core.open_orders(account.id).count();
            prop_assert_eq!(open, account.open_order_count as usize);
        }
        Ok(())
    }

    fn compare_books(&self) -> Check {
        for instrument in self.core.instruments() {
            let id = instrument.definition.instrument;
            for side in [Side::Buy, Side::Sell] {
                let depth = instrument.book.depth(side, usize::MAX);
                let of_core: Vec<_> = depth.iter().map(|&(price, qty)| (i128::from(price.0), i128::from(qty))).collect();
                prop_assert_eq!(&of_core, &self.naive.depth(id, side), "{:?} {:?}", id, side);
                let told = self.books.get(&(id, side as u8)).cloned().unwrap_or_default();
                prop_assert_eq!(&told, &depth.into_iter().collect(), "the changes told add up to the book");
            }
            if instrument.state == BookState::Synced {
                let apart = |own: Option<PriceTicks>, other: Option<PriceTicks>| own.zip(other).is_none_or(|(a, b)| a < b);
                let book = &instrument.book;
                prop_assert!(apart(book.best_own(Side::Buy), book.best(Side::Sell)), "crossed");
                prop_assert!(apart(book.best(Side::Buy), book.best_own(Side::Sell)), "crossed");
            }
        }
        for order in &self.naive.orders {
            let of_core = self.core.orders().find(order.id);
            prop_assert!(of_core.is_some(), "{:?} works in the model", order.id);
            let of_core = of_core.expect("just seen");
            prop_assert_eq!((of_core.cl_ord_id, of_core.leaves_qty().0), (order.name, narrow(order.leaves())));
            prop_assert_eq!(i128::from(self.core.house_ahead(of_core)), self.naive.ahead(order), "ahead of {:?}", order.id);
        }
        Ok(())
    }

    /// Nothing is made or lost: positions sum to zero, and cash less cost does too, since deposits have a giver.
    fn check_conserved(&self) -> Check {
        let mut positions: BTreeMap<InstrumentId, i128> = BTreeMap::new();
        let mut money: BTreeMap<CurrencyId, i128> = BTreeMap::new();
        for account in self.core.accounts() {
            for (currency, balance) in &account.balances {
                *money.entry(*currency).or_default() += i128::from(balance.cash);
            }
            for (instrument, position) in &account.positions {
                let definition = &self.core.instrument(*instrument).expect("a known instrument").definition;
                *money.entry(definition.quote_currency).or_default() -= i128::from(position.cost);
                *positions.entry(*instrument).or_default() += i128::from(position.qty);
            }
        }
        prop_assert!(positions.values().all(|sum| *sum == 0), "{:?}", positions);
        prop_assert!(money.values().all(|sum| *sum == 0), "{:?}", money);
        Ok(())
    }

    /// The commands as a journal holds them lead a new core to the same events and the same state.
    fn check_replay(&self) -> Check {
        let mut core = Core::new();
        let mut events = Vec::new();
        for (index, (ts, command)) in self.commands.iter().enumerate() {
            let bytes = postcard::to_allocvec(command).expect("commands serialise");
            let read: Command = postcard::from_bytes(&bytes).expect("what was written can be read");
            prop_assert_eq!(&read, command);
            core.apply(Seq(index as u64 + 1), *ts, &read, &mut events);
        }
        prop_assert_eq!(core.state_hash(), self.core.state_hash());
        prop_assert_eq!(&events, &self.events);
        Ok(())
    }
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).expect("fits")
}

fn wide4((a, b, c, d): (i64, i64, i64, i64)) -> (i128, i128, i128, i128) {
    (a.into(), b.into(), c.into(), d.into())
}

/// A runner whose seed is printed and can be given.
#[allow(clippy::disallowed_methods, reason = "a new seed for every run; the core itself has no clock")]
fn runner(test: &str, cases: u32) -> TestRunner {
    let given = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let clock = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs().rotate_left(32) ^ u64::from(since.subsec_nanos()))
    };
    let seed = given("JWARE_TEST_SEED").unwrap_or_else(clock);
    let cases = given("JWARE_TEST_CASES").and_then(|count| u32::try_from(count).ok()).unwrap_or(cases);
    println!("{test}: JWARE_TEST_SEED={seed} JWARE_TEST_CASES={cases}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

#[test]
fn the_core_does_what_the_naive_model_does() {
    let outcome = runner("the_core_does_what_the_naive_model_does", 2_000).run(&vec(step(), 1..120), |steps| {
        let mut pair = Pair::new();
        for command in opening() {
            pair.apply(command)?;
        }
        for step in &steps {
            let command = pair.command_of(step);
            pair.apply(command)?;
        }
        pair.check_replay()
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
