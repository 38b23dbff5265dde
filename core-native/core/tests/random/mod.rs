//! Random commands over the whole set, chosen so that orders meet: few prices, small quantities, known names and orders.
//!
//! A step is one number: what it asks for follows from it and from what was told so far. So a run is shortened by leaving steps
//! out, and the same generator serves the shrinking test and the long run.
#![allow(dead_code, missing_docs, reason = "shared by tests and the long run, which use different parts")]

mod facts;
mod limits;
mod opening;
mod requests;
mod terms;

pub use opening::{ACCOUNTS, INSTRUMENTS, opening};

use std::collections::BTreeMap;

use jware_core::command::{Actor, BookState, Command, MarketFact, MarketUpdate, NewOrder, ReplaceOrder, Scope, TradingState};
use jware_core::event::Execution;
use jware_core::limits::UNITS_MAX;
use jware_core::name::NameRule;
use jware_core::order::ClOrdId;
use jware_core::units::{AccountId, InstrumentId, KeyId, OrderId, SelfTradeGroup, SessionId, TsNs, UserId};

/// A sequence of choices that follows from one number (`SplitMix64`).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 up to, and not, `count`.
    pub fn below(&mut self, count: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(count)) >> 64).expect("less than the count")
    }

    /// One of a range, both ends included.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.below(high.abs_diff(low) + 1)).expect("small ranges")
    }

    /// True in so many of a thousand.
    pub fn in_1000(&mut self, count: u64) -> bool {
        self.below(1_000) < count
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).expect("an index")]
    }

    /// A choice by weight.
    pub fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let mut left = self.below(choices.iter().map(|choice| choice.0).sum());
        for &(weight, choice) in choices {
            if left < weight {
                return choice;
            }
            left -= weight;
        }
        unreachable!("the weights add up")
    }

    /// A number where mistakes are.
    pub fn edge(&mut self) -> i64 {
        self.of(&[
            0,
            1,
            -1,
            2,
            UNITS_MAX - 1,
            UNITS_MAX,
            UNITS_MAX + 1,
            i64::MAX,
            i64::MIN,
            i64::MAX / 2,
            1 << 40,
            34,
            35,
            36,
            9_999,
        ])
    }
}

/// What a scene is about, so that each gets deep into something.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each says of one thing whether it happens in a scene")]
pub struct Mood {
    /// Index of the instrument that most is about.
    pub focus: u64,
    /// How many orders in a thousand are odd.
    pub odd: u64,
    /// How many requests in a thousand are lists.
    pub lists: u64,
    /// How many single orders in a thousand wait for a trigger.
    pub waiting: u64,
    /// Numbers near the end of their range.
    pub vast: bool,
    /// Whether limits are set.
    pub limits: bool,
    /// How many of the commands in a thousand that could put accounts into self-trade groups do.
    pub groups: u64,
    /// Whether collars have more than one rule.
    pub collars: bool,
    /// Whether accounts are of all kinds, with little money and much leverage.
    pub kinds: bool,
    /// Whether there are instruments that trade one money for the other, and equity is counted as a whole.
    pub whole: bool,
    /// Power of the probabilistic queue model; 0 = the conservative one.
    pub queue_power: u8,
    /// Whether messages take time to and from the venues: 0 = no; 1 = there; 2 = back; 3 = both.
    pub ways: u8,
    pub way_seed: u64,
    /// Which accounts begin with a long and a short leg, a bit each; 0 = none ever does.
    pub hedging: u8,
    /// Whether there are fee schedules, and days go by.
    pub fees: bool,
    /// Which past names are kept.
    pub names: NameRule,
}

/// What the generator knows of the scene.
pub struct Known {
    pub mood: Mood,
    pub now: u64,
    pub count: u64,
    pub ids: Vec<OrderId>,
    pub names: Vec<ClOrdId>,
    /// Reports of fills, by their numbers.
    pub fills: Vec<u64>,
    /// Requests that may be sent again.
    pub requests: Vec<Command>,
    /// Trading states that are not active, and books that are not in step.
    pub restrained: Vec<Scope>,
    pub unsynced: Vec<InstrumentId>,
    /// The last report of every live order.
    pub live: BTreeMap<OrderId, Execution>,
}

impl Known {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let kinds = dice.in_1000(400);
        let mood = Mood {
            focus: dice.below(3),
            odd: dice.of(&[0, 10, 40]),
            lists: dice.of(&[20, 150, 400]),
            waiting: dice.of(&[100, 400, 700]),
            vast: dice.in_1000(60),
            limits: dice.in_1000(400),
            collars: dice.in_1000(250),
            queue_power: dice.of(&[0, 1, 2, 3]),
            ways: dice.of(&[0, 0, 0, 1, 1, 2, 3, 3]),
            way_seed: dice.next(),
            groups: dice.of(&[0, 0, 0, 500, 1_000]),
            kinds,
            whole: kinds && dice.in_1000(500),
            fees: dice.in_1000(300),
            hedging: dice.of(&[0, 0, 0, 1, 3, 3, 7]),
            names: dice.of(&[
                NameRule::default(),
                NameRule { keep_count: 20, keep_ns: 40_000_000, count_max: 30 },
                NameRule { keep_count: 5, keep_ns: 2_000_000_000, count_max: 12 },
                NameRule { keep_count: 2, keep_ns: 0, count_max: 2 },
            ]),
        };
        let start = opening::start(&mut dice);
        Self {
            mood,
            now: start,
            count: 0,
            ids: Vec::new(),
            names: Vec::new(),
            fills: Vec::new(),
            requests: Vec::new(),
            restrained: Vec::new(),
            unsynced: Vec::new(),
            live: BTreeMap::new(),
        }
    }

    /// Time goes on, sometimes to where orders end.
    pub fn step_time(&mut self, dice: &mut Dice) {
        const SECOND: u64 = 1_000_000_000;
        let now = self.now;
        self.now += match dice.below(1_000) {
            0..20 => 0,
            20..960 => 1_000_003,
            960..985 => dice.below(2 * SECOND),
            // So many days that the first are forgotten.
            985..988 if !self.mood.fees => dice.below(2 * SECOND),
            985..993 if self.mood.fees => dice.of(&[1, 1, 1, 2, 28, 29, 30, 31, 32, 60]) * 24 * 3_600 * SECOND,
            988..993 => dice.below(600 * SECOND),
            // To a full hour, where sessions open and close, or just beside it.
            993..998 => 3_600 * SECOND - now % (3_600 * SECOND) + dice.below(3) - u64::from(!now.is_multiple_of(3_600 * SECOND)),
            _ => dice.below(20) * 3_600 * SECOND,
        };
    }

    /// The next command of a step.
    pub fn command(&mut self, dice: &mut Dice) -> Command {
        self.count += 1;
        if self.live.len() > 30 && dice.in_1000(250) {
            return self.mass_cancel(dice, true);
        }
        // What restrains is lifted soon, so that most can happen.
        if let Some(scope) = self.restrained.last().copied().filter(|_| dice.in_1000(120)) {
            self.restrained.pop();
            let (actor, reason) = (Self::actor(dice), "over".to_owned());
            return Command::SetTradingState { actor, scope, state: TradingState::Active, flatten: false, reason };
        }
        if let Some(instrument) = self.unsynced.last().copied().filter(|_| dice.in_1000(300)) {
            self.unsynced.pop();
            let fact = MarketFact::State(BookState::Synced);
            return Command::Market(vec![MarketUpdate { instrument, ts_event: TsNs(self.now), fact }]);
        }
        let command = match dice.below(1_000) {
            0..380 if dice.in_1000(self.mood.lists) => self.list(dice),
            0..380 => self.order(dice),
            380..425 => self.cancel(dice),
            425..590 => self.replace(dice),
            590..598 => self.mass_cancel(dice, false),
            598..620 => self.state(dice),
            620..630 => Self::deposit(dice),
            630..700 => self.batch(dice),
            700..740 => self.again(dice),
            925..945 => self.correction(dice),
            945..950 if dice.in_1000(self.mood.groups) => Self::self_trade_group(dice),
            950..985 if self.mood.limits => Command::SetLimit(self.limit_rule(dice)),
            968..970 if self.mood.hedging > 0 => self.account_kind(dice),
            970..990 if self.mood.kinds => self.account_rule(dice),
            905..925 if self.mood.fees => self.fee_rule(dice),
            740..990 => self.facts(dice),
            990..994 => Self::asks_to_cancel(dice),
            996.. if self.mood.ways > 0 => self.another_way(dice),
            _ => Command::Tick,
        };
        self.remember(&command);
        command
    }

    /// An instrument as it was defined, with other ways to its venue or none.
    fn another_way(&self, dice: &mut Dice) -> Command {
        let index = usize::try_from(dice.below(3)).expect("an index");
        Command::DefineInstrument(opening::definition(index, Mood { ways: dice.of(&[0, 0, 1, 2, 3]), ..self.mood }))
    }

    fn remember(&mut self, command: &Command) {
        match command {
            Command::NewOrder(NewOrder { cl_ord_id, .. }) | Command::Replace(ReplaceOrder { cl_ord_id, .. }) => {
                self.names.push(*cl_ord_id);
                self.requests.push(command.clone());
            }
            Command::SetTradingState { scope, state, .. } if *state != TradingState::Active => self.restrained.push(*scope),
            Command::Market(updates) => self.unsynced.extend(updates.iter().filter_map(|update| match update.fact {
                MarketFact::State(state) if state != BookState::Synced => Some(update.instrument),
                _ => None,
            })),
            Command::NewOrderList(list) => self.names.extend(list.orders.iter().map(|order| order.cl_ord_id)),
            _ => {}
        }
    }

    fn self_trade_group(dice: &mut Dice) -> Command {
        let reason = if dice.in_1000(20) { "x".repeat(201) } else { String::new() };
        let (actor, account) = (Self::actor(dice), Self::account(dice));
        Command::SetSelfTradeGroup { actor, account, group: SelfTradeGroup(dice.of(&[0, 1, 1, 2])), reason }
    }

    fn asks_to_cancel(dice: &mut Dice) -> Command {
        Command::SetCancelOnDisconnect { actor: Self::actor(dice), account: Self::account(dice), is_on: dice.in_1000(800) }
    }

    fn actor(dice: &mut Dice) -> Actor {
        let (user, key) = dice.of(&[(0, 0), (1, 0), (1, 1), (2, 2)]);
        Actor { user: UserId(user), session: SessionId(dice.of(&[1, 2])), key: KeyId(key) }
    }

    /// Mostly one of two that trade with each other, seldom the house, or one that does not exist.
    fn account(dice: &mut Dice) -> AccountId {
        dice.weighted(&[
            (480, ACCOUNTS[0]),
            (430, ACCOUNTS[1]),
            (80, ACCOUNTS[2]),
            (5, jware_core::account::HOUSE_ACCOUNT),
            (5, AccountId(99)),
        ])
    }

    fn instrument(&self, dice: &mut Dice) -> InstrumentId {
        match dice.below(1_000) {
            0..5 => InstrumentId(77),
            5..120 => dice.of(&INSTRUMENTS),
            _ => INSTRUMENTS[usize::try_from(self.mood.focus).expect("an index")],
        }
    }

    /// A name that was not used, mostly.
    fn name(&mut self, dice: &mut Dice) -> ClOrdId {
        match dice.below(1_000) {
            0..15 => ClOrdId::EMPTY,
            15..40 => self.used_name(dice),
            _ => {
                self.count += 1;
                ClOrdId::new(format!("n{}", self.count).as_bytes()).expect("a short name")
            }
        }
    }

    /// A recent name, which may be of a live order.
    fn used_name(&self, dice: &mut Dice) -> ClOrdId {
        let index = usize::try_from(dice.below(24)).expect("an index");
        self.names.iter().rev().nth(index).copied().unwrap_or(ClOrdId::EMPTY)
    }

    fn used_id(&self, dice: &mut Dice) -> OrderId {
        let index = usize::try_from(dice.below(24)).expect("an index");
        self.ids.iter().rev().nth(index).copied().unwrap_or(OrderId(0))
    }
}
