//! Commands at random: mostly sound, so that much happens; sometimes absurd, so that everything is asked for.

mod administration;
mod market;
mod orders;
mod set_up;

use jware_core::command::{
    AccountKind, Actor, CancelOrder, Command, CorrectedFill, MassCancel, PositionMode, ReplaceOrder, TradeCorrection,
};
use jware_core::limits::{NAMES_KEPT, NOTIONAL_MINOR_MAX, UNITS_MAX};
use jware_core::order::{ClOrdId, OrderTerms, Side};
use jware_core::units::{
    AccountId, AmountMinor, CurrencyId, InstrumentId, KeyId, PriceTicks, QtyLots, SelfTradeGroup, SessionId, StrategyId, UserId,
};

use super::Step;
use super::chance::Chance;
use set_up::set_up;

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
}

fn named(number: u64) -> ClOrdId {
    ClOrdId::new(format!("n{number}").as_bytes()).expect("short")
}

const _: () = assert!(NAMES_KEPT > super::STREAM_COMMANDS * 64, "no stream fills the window of names");
