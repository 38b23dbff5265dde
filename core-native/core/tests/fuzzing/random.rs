//! Commands at random: mostly sound, so that much happens; sometimes absurd, so that everything is asked for.

use jware_core::command::{
    AccountKind, Actor, Batch, BatchRequest, BookState, CancelOrder, Command, CorrectedFill, ListedOrder, MarketFact,
    MarketUpdate, MassCancel, NewOrder, NewOrderList, OrderChange, OrderRef, PositionMode, ReplaceOrder, Scope, SetFeeSchedule,
    SetLimit, TradeCorrection, TradingState,
};
use jware_core::fee::FeeTier;
use jware_core::instrument::{
    CollarReference, CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue,
};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::limits::{NAMES_KEPT, NOTIONAL_MINOR_MAX, UNITS_MAX};
use jware_core::order::{
    ClOrdId, Contingency, OrdType, OrderTerms, PostOnly, SelfTradePrevention, Side, TimeInForce, Trail, Trigger, TriggerSource,
};
use jware_core::paper::{LatencyRow, LatencyRules, PaperRules, QueueModel};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, OrderId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId,
    TradeId, TsNs, UserId,
};

use super::Step;
use super::chance::Chance;

const ACCOUNTS: [AccountId; 3] = [AccountId(16), AccountId(1001), AccountId(u32::MAX)];
const INSTRUMENTS: [InstrumentId; 3] = [InstrumentId(1), InstrumentId(2), InstrumentId(3)];
const EDGES: [i64; 11] = [0, 1, -1, 2, UNITS_MAX, UNITS_MAX + 1, i64::MAX, i64::MIN, i64::MAX / 2, 1 << 40, NOTIONAL_MINOR_MAX];
const SECOND: u64 = 1_000_000_000;
/// Where time begins: a Monday, so that sessions of weekdays are open.
const START_NS: u64 = 4 * 86_400 * SECOND + 12 * 3_600 * SECOND;

/// A stream: the set-up, then `count` commands.
pub fn stream(chance: &mut Chance, count: usize) -> Vec<Step> {
    let mut steps = set_up(chance);
    let mut maker = Maker { chance, names: 0, sent: Vec::new(), now: START_NS };
    for _ in 0..count {
        let delta = maker.delta();
        maker.now = maker.now.saturating_add(delta);
        let command = maker.command();
        steps.push((delta, command));
    }
    steps
}

fn set_up(chance: &mut Chance) -> Vec<Step> {
    let mut steps = vec![
        (START_NS, Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 })),
        (0, Command::DefineCurrency(CurrencyDefinition { code: "EUR".to_owned(), decimals: 0 })),
    ];
    for (&instrument, venue) in INSTRUMENTS.iter().zip([Venue::Internal, Venue::Paper, Venue::Simulated]) {
        steps.push((0, Command::DefineInstrument(definition(chance, instrument, venue))));
    }
    for (index, &account) in ACCOUNTS.iter().enumerate() {
        steps.push((0, Command::OpenAccount { account, name: format!("A{index}") }));
        let kind = chance.pick(&[AccountKind::Standard, AccountKind::Standard, AccountKind::Cash, AccountKind::Margin]);
        let position_mode = chance.pick(&[PositionMode::Netting, PositionMode::Netting, PositionMode::Hedging]);
        let (actor, reason) = (Actor::default(), String::new());
        steps.push((0, Command::ConfigureAccount { actor, account, kind, reason, position_mode }));
        for currency in [CurrencyId(1), CurrencyId(2)] {
            let amount = AmountMinor(chance.pick(&[3_000, 50_000, 1_000_000, 1 << 50]));
            steps.push((
                0,
                Command::Deposit { actor: Actor::default(), account, currency, amount, reference: None, reason: String::new() },
            ));
        }
    }
    for instrument in [INSTRUMENTS[1], INSTRUMENTS[2]] {
        let mut updates = Vec::new();
        for step in 1..=4 {
            for (side, price) in [(Side::Buy, 100 - step), (Side::Sell, 100 + step)] {
                let fact = MarketFact::Level { side, price: PriceTicks(price), qty: QtyLots(chance.between(1, 30)) };
                updates.push(MarketUpdate { instrument, ts_event: TsNs(START_NS), fact });
            }
        }
        updates.push(MarketUpdate { instrument, ts_event: TsNs(START_NS), fact: MarketFact::State(BookState::Synced) });
        steps.push((0, Command::Market(updates)));
    }
    steps
}

fn definition(chance: &mut Chance, instrument: InstrumentId, venue: Venue) -> InstrumentDefinition {
    let vast = chance.one_in(10);
    InstrumentDefinition {
        instrument,
        symbol: format!("S{}", instrument.0),
        name: "An instrument".to_owned(),
        asset_class: "crypto".to_owned(),
        venue,
        base_currency: "BTC".to_owned(),
        quote_currency: CurrencyId(if instrument.0 == 3 { 2 } else { 1 }),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: chance.pick(&[1, 1, 3, 1_000]),
        qty_lots_min: QtyLots(chance.pick(&[1, 1, 2])),
        qty_lots_max: QtyLots(if vast { UNITS_MAX } else { 10_000 }),
        notional_minor_max: AmountMinor(if vast { NOTIONAL_MINOR_MAX } else { 5_000_000 }),
        collar_bps: chance.pick(&[500, 1_000, 5_000]),
        maker_fee_ppm: chance.pick(&[0, -100, 200]),
        taker_fee_ppm: chance.pick(&[100, 1_000, 100_000]),
        session: if chance.one_in(4) {
            TradingSession { open_minute: 8 * 60, close_minute: 17 * 60, weekdays: 0b001_1111 }
        } else {
            TradingSession::ROUND_THE_CLOCK
        },
        collar: if chance.one_in(2) {
            CollarRules::default()
        } else {
            CollarRules {
                reference: chance.pick(&[CollarReference::Mark, CollarReference::Last, CollarReference::Mid]),
                ticks: chance.pick(&[0, 3, 20]),
                window_bps: 300,
                window_ns: SECOND,
            }
        },
        margin: chance.pick(&[
            MarginRules::default(),
            MarginRules { initial_ppm: 200_000, maintenance_ppm: 100_000 },
            MarginRules { initial_ppm: 333_333, maintenance_ppm: 333_333 },
        ]),
        mark_stale_ns: 2_000_000_000,
        paper: if venue == Venue::Internal { PaperRules::default() } else { paper(chance) },
    }
}

fn paper(chance: &mut Chance) -> PaperRules {
    let queue = chance.pick(&[QueueModel::Conservative, QueueModel::Probabilistic { power: 2 }]);
    let row = |upper_ns, weight| LatencyRow { upper_ns, weight };
    let mut way = || if chance.one_in(2) { Vec::new() } else { vec![row(0, 1), row(5_000_000, 2), row(SECOND, 1)] };
    let (inbound, outbound) = (way(), way());
    PaperRules { queue, latency: LatencyRules { seed: chance.next(), inbound, outbound } }
}

struct Maker<'a> {
    chance: &'a mut Chance,
    /// How many names were given out.
    names: u64,
    /// Whose order a name is, and what it asked for; the newest last.
    sent: Vec<(AccountId, ClOrdId, OrderTerms)>,
    now: u64,
}

impl Maker<'_> {
    fn delta(&mut self) -> u64 {
        match self.chance.below(400) {
            0 => 86_400 * SECOND,
            1 => self.chance.next() >> self.chance.below(64),
            2..40 => SECOND,
            _ => self.chance.next() % 1_000_000,
        }
    }

    fn command(&mut self) -> Command {
        match self.chance.below(100) {
            0..44 => Command::NewOrder(self.new_order()),
            44..52 => {
                let (account, target, _) = self.target();
                Command::Cancel(CancelOrder { actor: self.actor(), account, cl_ord_id: self.name_or_none(), target })
            }
            52..64 => {
                let (account, target, terms) = self.target();
                let (cl_ord_id, change) = (self.new_name(), self.change(&terms));
                self.sent.push((account, cl_ord_id, terms));
                Command::Replace(ReplaceOrder { actor: self.actor(), account, cl_ord_id, target, change })
            }
            64..80 => self.market(),
            80..87 => self.list(),
            87..92 => self.batch(),
            92..94 if self.chance.one_in(3) => {
                Command::SetCancelOnDisconnect { actor: self.actor(), account: self.account(), is_on: !self.chance.one_in(4) }
            }
            92..94 => Command::MassCancel(MassCancel {
                actor: self.actor(),
                account: self.account(),
                cl_ord_id: self.name_or_none(),
                instrument: if self.chance.one_in(2) { InstrumentId(0) } else { self.instrument() },
                side: self.chance.pick(&[None, Some(Side::Buy), Some(Side::Sell)]),
                strategy: StrategyId(self.small(3)),
                session_only: self.chance.one_in(3),
                on_disconnect: self.chance.one_in(2),
            }),
            94 | 95 => self.control(),
            96 | 97 => self.limit(),
            98 => Command::Deposit {
                actor: self.actor(),
                account: self.account(),
                currency: CurrencyId(u16::try_from(self.chance.below(4)).expect("small")),
                amount: AmountMinor(self.number(-2_000, 5_000)),
                reference: None,
                reason: String::new(),
            },
            _ if self.chance.one_in(3) => Command::ConfigureAccount {
                actor: self.actor(),
                account: self.account(),
                kind: self.chance.pick(&[AccountKind::Standard, AccountKind::Cash, AccountKind::Margin]),
                reason: "r".repeat(self.chance.pick(&[0, 200, 201])),
                position_mode: self.chance.pick(&[PositionMode::Netting, PositionMode::Hedging]),
            },
            _ if self.chance.one_in(2) => Command::SetSelfTradeGroup {
                actor: self.actor(),
                account: self.account(),
                group: SelfTradeGroup(self.small(3)),
                reason: "r".repeat(self.chance.pick(&[0, 200, 201])),
            },
            _ if self.chance.one_in(3) => Command::SetBaseCurrency {
                actor: self.actor(),
                account: self.account(),
                currency: CurrencyId(u16::try_from(self.chance.below(4)).expect("small")),
                reason: "r".repeat(self.chance.pick(&[0, 200, 201])),
            },
            _ if self.chance.one_in(2) => Command::CorrectTrade(TradeCorrection {
                actor: self.actor(),
                exec_ref_id: self.chance.below(400) as u64,
                corrected: self
                    .chance
                    .one_in(2)
                    .then(|| CorrectedFill { qty: QtyLots(self.number(1, 40)), price: PriceTicks(self.number(90, 110)) }),
                reason: String::new(),
            }),
            _ if self.chance.one_in(2) => self.fee_schedule(),
            _ => Command::Tick,
        }
    }

    fn fee_schedule(&mut self) -> Command {
        let count = self.chance.pick(&[0, 1, 2, 3, 17]);
        let mut from = 0;
        let tiers = (0..count).map(|_| {
            let tier = FeeTier {
                notional_min: AmountMinor(from),
                maker_fee_ppm: self.chance.pick(&[0, -100, 200, 100_001]),
                taker_fee_ppm: self.chance.pick(&[100, 1_000, 100_000]),
            };
            from = from.wrapping_add(self.number(1, 5_000));
            tier
        });
        let tiers = tiers.collect();
        Command::SetFeeSchedule(SetFeeSchedule {
            actor: self.actor(),
            account: if self.chance.one_in(2) { AccountId(0) } else { self.account() },
            currency: CurrencyId(u16::try_from(self.chance.below(4)).expect("small")),
            tiers,
            reason: "r".repeat(self.chance.pick(&[0, 200, 201])),
        })
    }

    #[allow(clippy::cast_possible_truncation, reason = "below a small number")]
    fn small(&mut self, count: usize) -> u32 {
        self.chance.below(count) as u32
    }

    fn number(&mut self, low: i64, high: i64) -> i64 {
        if self.chance.one_in(40) { self.chance.pick(&EDGES) } else { self.chance.between(low, high) }
    }

    fn qty(&mut self) -> QtyLots {
        QtyLots(self.number(1, 40))
    }

    /// Few prices, so that orders meet.
    fn price(&mut self) -> PriceTicks {
        PriceTicks(if self.chance.one_in(8) { self.number(60, 150) } else { self.number(95, 105) })
    }

    fn actor(&mut self) -> Actor {
        Actor { user: UserId(self.small(3)), session: SessionId(self.small(3)), key: KeyId(self.small(2)) }
    }

    fn account(&mut self) -> AccountId {
        if self.chance.one_in(60) { AccountId(self.small(20)) } else { self.chance.pick(&ACCOUNTS) }
    }

    fn instrument(&mut self) -> InstrumentId {
        if self.chance.one_in(80) { InstrumentId(self.small(6)) } else { self.chance.pick(&INSTRUMENTS) }
    }

    fn side(&mut self) -> Side {
        self.chance.pick(&[Side::Buy, Side::Sell])
    }

    fn new_name(&mut self) -> ClOrdId {
        if self.chance.one_in(60) {
            return self.old_name();
        }
        self.names += 1;
        named(self.names)
    }

    fn old_name(&mut self) -> ClOrdId {
        let back = self.chance.next() % 40;
        named(self.names.saturating_sub(back))
    }

    fn name_or_none(&mut self) -> ClOrdId {
        if self.chance.one_in(2) { ClOrdId::EMPTY } else { self.old_name() }
    }

    /// Mostly one of the last orders, by the account that sent it.
    fn target(&mut self) -> (AccountId, OrderRef, OrderTerms) {
        if self.sent.is_empty() || self.chance.one_in(12) {
            let order_id = OrderId(if self.chance.one_in(2) { self.chance.next() % (self.names + 2) } else { 0 });
            return (self.account(), OrderRef { order_id, orig_cl_ord_id: self.name_or_none() }, self.terms());
        }
        let back = self.chance.below(self.sent.len().min(25));
        let (account, orig_cl_ord_id, terms) = self.sent[self.sent.len() - 1 - back];
        (account, OrderRef { order_id: OrderId(0), orig_cl_ord_id }, terms)
    }

    /// Near what the order asked for.
    fn change(&mut self, terms: &OrderTerms) -> OrderChange {
        let mut near = |price: PriceTicks| {
            if price.0 == 0 && !self.chance.one_in(30) {
                return price;
            }
            PriceTicks(price.0.saturating_add(self.chance.pick(&[0, 0, 0, 1, -1, 2, -3])))
        };
        let (price, trigger_price) = (near(terms.price), near(terms.trigger.price));
        let order_qty = match self.chance.below(4) {
            0 => terms.order_qty,
            1 => QtyLots(terms.order_qty.0.saturating_sub(self.chance.between(1, 5))),
            2 => QtyLots(terms.order_qty.0 / 4),
            _ => self.qty(),
        };
        OrderChange { order_qty, price, trigger_price }
    }

    fn terms(&mut self) -> OrderTerms {
        let mut terms = OrderTerms::limit(self.side(), self.qty(), self.price());
        terms.ord_type = self.chance.pick(&[
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Limit,
            OrdType::Market,
            OrdType::Stop,
            OrdType::StopLimit,
            OrdType::TrailingStop,
            OrdType::MarketIfTouched,
            OrdType::LimitIfTouched,
        ]);
        if !terms.ord_type.has_price() && !self.chance.one_in(60) {
            terms.price = PriceTicks(0);
        }
        if terms.ord_type.has_trigger() || self.chance.one_in(60) {
            let source = self.chance.pick(&TriggerSource::ALL);
            let trail = match (terms.ord_type, self.chance.below(60)) {
                (OrdType::TrailingStop, 0..30) => Trail::Ticks(self.number(1, 8)),
                (OrdType::TrailingStop, _) => Trail::Bps(u32::try_from(self.chance.between(1, 2_000)).expect("positive")),
                (_, 0) => Trail::Ticks(1),
                _ => Trail::None,
            };
            let price = if terms.ord_type == OrdType::TrailingStop { PriceTicks(0) } else { self.price() };
            terms.trigger = Trigger { price, source, trail };
        }
        terms.time_in_force = match self.chance.below(12) {
            0 if !terms.ord_type.has_trigger() => TimeInForce::Ioc,
            1 if !terms.ord_type.has_trigger() => TimeInForce::Fok,
            2 => TimeInForce::Day,
            3 | 4 => TimeInForce::Gtd,
            5 if self.chance.one_in(8) => TimeInForce::Ioc,
            _ => TimeInForce::Gtc,
        };
        if terms.time_in_force == TimeInForce::Gtd || self.chance.one_in(80) {
            terms.expire_ts = TsNs(self.now.saturating_add(self.chance.next() % (4 * SECOND)));
        }
        if self.chance.one_in(8) {
            terms.display_qty = QtyLots(self.number(1, 10));
        }
        if self.chance.one_in(8) {
            terms.post_only = self.chance.pick(&[PostOnly::Reject, PostOnly::Reprice]);
        }
        if terms.ord_type == OrdType::Market && self.chance.one_in(3) {
            terms.cash_qty = AmountMinor(self.number(1, 5_000));
            terms.order_qty = QtyLots(i64::from(self.chance.one_in(10)));
        }
        terms.reduce_only = self.chance.one_in(6);
        terms.self_trade_prevention = self.chance.pick(&[
            SelfTradePrevention::None,
            SelfTradePrevention::CancelNewest,
            SelfTradePrevention::CancelOldest,
            SelfTradePrevention::CancelBoth,
            SelfTradePrevention::Decrement,
        ]);
        terms.strategy = StrategyId(self.small(3));
        if self.chance.one_in(30) {
            terms.deadline = TsNs(self.now.saturating_add(self.chance.next() % 1_000));
        }
        terms
    }

    fn new_order(&mut self) -> NewOrder {
        if self.chance.one_in(60)
            && let Some(&(account, cl_ord_id, terms)) = self.sent.last()
        {
            // The same again, as after a lost connection.
            return NewOrder { actor: self.actor(), account, instrument: self.instrument(), cl_ord_id, terms };
        }
        let account = self.account();
        let ListedOrder { cl_ord_id, terms } = self.listed(account);
        NewOrder { actor: self.actor(), account, instrument: self.instrument(), cl_ord_id, terms }
    }

    fn listed(&mut self, account: AccountId) -> ListedOrder {
        let (cl_ord_id, terms) = (self.new_name(), self.terms());
        self.sent.push((account, cl_ord_id, terms));
        ListedOrder { cl_ord_id, terms }
    }

    /// Mostly of a shape that is a list.
    fn list(&mut self) -> Command {
        let contingency = self.chance.pick(&[Contingency::Oco, Contingency::Oto, Contingency::Bracket]);
        let account = self.account();
        let mut orders: Vec<ListedOrder> = (0..contingency.order_count()).map(|_| self.listed(account)).collect();
        if !self.chance.one_in(20) {
            let first = orders[0].terms;
            for (member, order) in orders.iter_mut().enumerate() {
                let terms = &mut order.terms;
                terms.cash_qty = AmountMinor(0);
                terms.order_qty = if first.order_qty.0 == 0 { QtyLots(5) } else { first.order_qty };
                let is_parent = member == 0 && contingency != Contingency::Oco;
                if is_parent {
                    if terms.time_in_force == TimeInForce::Fok {
                        terms.time_in_force = TimeInForce::Gtc;
                    }
                    continue;
                }
                if contingency == Contingency::Oco {
                    terms.reduce_only = first.reduce_only;
                } else {
                    terms.post_only = PostOnly::No;
                }
                if !terms.time_in_force.rests() {
                    terms.time_in_force = TimeInForce::Gtc;
                }
                let as_limit = |terms: &mut OrderTerms, price: i64| {
                    (terms.ord_type, terms.price, terms.trigger) = (OrdType::Limit, PriceTicks(price), Trigger::default());
                };
                if contingency == Contingency::Bracket {
                    terms.side = first.side.opposite();
                    if member == 1 {
                        as_limit(terms, 100 + terms.side.sign() * -4);
                    } else {
                        terms.ord_type = OrdType::Stop;
                        terms.price = PriceTicks(0);
                        terms.display_qty = QtyLots(0);
                        terms.trigger = Trigger { price: PriceTicks(100 + terms.side.sign() * 4), ..Trigger::default() };
                    }
                } else if terms.ord_type == OrdType::Market {
                    as_limit(terms, 100);
                }
            }
        }
        let count = self.sent.len();
        for (place, order) in self.sent[count - orders.len()..].iter_mut().zip(&orders) {
            place.2 = order.terms;
        }
        Command::NewOrderList(NewOrderList { actor: self.actor(), account, instrument: self.instrument(), contingency, orders })
    }

    fn batch(&mut self) -> Command {
        let count = if self.chance.one_in(30) { self.chance.below(70) } else { 1 + self.chance.below(5) };
        let (account, atomic) = (self.account(), self.chance.one_in(2));
        let requests = (0..count)
            .map(|_| match self.chance.below(6) {
                0..3 => BatchRequest::New { instrument: self.instrument(), order: self.listed(account) },
                3 if !atomic || self.chance.one_in(8) => {
                    let (_, target, terms) = self.target();
                    BatchRequest::Replace { cl_ord_id: self.new_name(), target, change: self.change(&terms) }
                }
                _ => BatchRequest::Cancel { cl_ord_id: self.name_or_none(), target: self.target().1 },
            })
            .collect();
        Command::Batch(Batch { actor: self.actor(), account, atomic, requests })
    }

    fn market(&mut self) -> Command {
        let count = 1 + self.chance.below(6);
        let mut instrument = self.instrument();
        let updates = (0..count)
            .map(|_| {
                if self.chance.one_in(4) {
                    instrument = self.instrument();
                }
                let fact = match self.chance.below(60) {
                    0..32 => MarketFact::Level { side: self.side(), price: self.price(), qty: QtyLots(self.number(0, 30)) },
                    32..54 => MarketFact::Trade {
                        price: self.price(),
                        qty: self.qty(),
                        aggressor: self.side(),
                        venue_trade_id: TradeId(self.chance.next()),
                    },
                    54 => MarketFact::Reset,
                    55 => MarketFact::State(self.chance.pick(&[BookState::Stale, BookState::Resyncing])),
                    _ => MarketFact::State(BookState::Synced),
                };
                let ts_event = TsNs(if self.chance.one_in(60) { self.chance.next() } else { self.now });
                MarketUpdate { instrument, ts_event, fact }
            })
            .collect();
        Command::Market(updates)
    }

    fn control(&mut self) -> Command {
        let scope = match self.chance.below(5) {
            0 if self.chance.one_in(3) => Scope::Firm,
            0..3 => Scope::Account(self.account()),
            3 => Scope::Instrument(self.instrument()),
            _ => Scope::Strategy(self.account(), StrategyId(self.small(3))),
        };
        Command::SetTradingState {
            actor: self.actor(),
            scope,
            state: self.chance.pick(&[
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Active,
                TradingState::Reducing,
                TradingState::Halted,
            ]),
            flatten: self.chance.one_in(3),
            reason: "r".repeat(self.chance.pick(&[0, 1, 200, 201])),
        }
    }

    fn limit(&mut self) -> Command {
        let scope = match self.chance.below(5) {
            0 => LimitScope::Firm,
            1 => LimitScope::Account(self.account()),
            2 => LimitScope::Strategy(self.account(), StrategyId(self.small(3))),
            3 => LimitScope::Key(KeyId(self.small(2))),
            _ => LimitScope::User(UserId(self.small(3))),
        };
        let kind = self.chance.pick(&LimitKind::ALL);
        let sound = !self.chance.one_in(10);
        let has_instrument = if sound { kind == LimitKind::Position } else { self.chance.one_in(2) };
        let has_currency = if sound { kind.is_money() } else { self.chance.one_in(2) };
        let has_window = if sound { kind.has_window() } else { self.chance.one_in(2) };
        Command::SetLimit(SetLimit {
            actor: self.actor(),
            scope,
            name: LimitName {
                kind,
                instrument: if has_instrument { self.instrument() } else { InstrumentId(0) },
                currency: CurrencyId(if has_currency { 1 + u16::try_from(self.chance.below(2)).expect("small") } else { 0 }),
            },
            max: if self.chance.one_in(3) { None } else { Some(self.number(1, if kind.is_money() { 100_000 } else { 60 })) },
            window_ns: if has_window { 1 + self.chance.next() % (5 * SECOND) } else { 0 },
            reason: String::new(),
        })
    }
}

fn named(number: u64) -> ClOrdId {
    ClOrdId::new(format!("n{number}").as_bytes()).expect("short")
}

const _: () = assert!(NAMES_KEPT > super::STREAM_COMMANDS * 64, "no stream fills the window of names");
