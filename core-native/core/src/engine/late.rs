//! The way out: reports of a venue that are told when they have come, not when they happened.
//!
//! Books, orders, positions and money are at once what they are, since checks must not run on less than is true; what is told of
//! them waits. Nothing overtakes: an instrument's reports come one after the other, as over one connection.

use serde::{Deserialize, Serialize};

use super::Core;
use super::report::RequestNames;
use crate::command::Actor;
use crate::event::{Event, Execution, FillFigures, TradeAdjustment};
use crate::limit::LimitScope;
use crate::order::{ClOrdId, Contingency, ExecReason, ExecType, LiquidityInd, OrdStatus, OrderTerms};
use crate::refusal::{LimitUnit, Refusal, RefusalCode, RequestKind};
use crate::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, SessionId, TradeId, TsNs};

/// Something that the venue has said.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "reports are most of what is said, and a box for each would allocate")]
pub(super) enum Late {
    /// Has its place among its account's when it is told.
    Report(Execution),
    /// The same of a trade that was bust or corrected.
    Adjusted(Box<TradeAdjustment>),
    Refused(RequestNames, Refusal),
}

impl Late {
    pub(super) const fn account(&self) -> AccountId {
        match self {
            Self::Report(execution) => execution.account,
            Self::Adjusted(told) => told.execution.account,
            Self::Refused(names, _) => names.account,
        }
    }

    /// Whose order it is a report of; none where it is a refusal, which says nothing of a position.
    pub(super) const fn reports_to(&self) -> Option<AccountId> {
        match self {
            Self::Report(_) | Self::Adjusted(_) => Some(self.account()),
            Self::Refused(..) => None,
        }
    }

    pub(super) const fn instrument(&self) -> InstrumentId {
        match self {
            Self::Report(execution) => execution.instrument,
            Self::Adjusted(told) => told.execution.instrument,
            Self::Refused(names, _) => names.instrument,
        }
    }
}

/// The same as bytes: enumerations of the wire are their numbers.
#[derive(Serialize, Deserialize)]
pub(super) enum LateState {
    Report(Box<ReportState>),
    Adjusted {
        report: Box<ReportState>,
        exec_ref_id: u64,
        before: (QtyLots, PriceTicks, AmountMinor),
        actor: Actor,
        reason: String,
    },
    Refused {
        kind: u8,
        account: AccountId,
        instrument: InstrumentId,
        cl_ord_id: ClOrdId,
        orig: ClOrdId,
        refusal: RefusalState,
    },
}

/// Code, unit, limit, value, headroom, currency, and whose limit it was.
type RefusalState = (u16, u8, i64, i64, i64, CurrencyId, Option<LimitScope>);

/// An `Execution` without its place among its account's.
#[derive(Serialize, Deserialize)]
pub(super) struct ReportState {
    exec_id: u64,
    account: AccountId,
    instrument: InstrumentId,
    order_id: OrderId,
    names: (ClOrdId, ClOrdId),
    what: (ExecType, OrdStatus, ExecReason),
    terms: OrderTerms,
    working: bool,
    list: (OrderId, Option<Contingency>),
    refusal: Option<RefusalState>,
    quantities: (QtyLots, QtyLots, i64),
    last: (QtyLots, PriceTicks, AmountMinor),
    liquidity: LiquidityInd,
    trade_id: TradeId,
    priority_kept: bool,
    created: TsNs,
    session: SessionId,
}

impl LateState {
    pub(super) fn of(late: &Late) -> Self {
        match late {
            Late::Report(told) => Self::Report(Box::new(ReportState::of(told))),
            Late::Adjusted(told) => Self::Adjusted {
                report: Box::new(ReportState::of(&told.execution)),
                exec_ref_id: told.exec_ref_id,
                before: (told.before.qty, told.before.price, told.before.fee),
                actor: told.actor,
                reason: told.reason.clone(),
            },
            &Late::Refused(names, refusal) => Self::Refused {
                kind: names.kind as u8,
                account: names.account,
                instrument: names.instrument,
                cl_ord_id: names.cl_ord_id,
                orig: names.orig_cl_ord_id,
                refusal: refusal_state(refusal),
            },
        }
    }

    /// None where a number stands for nothing.
    pub(super) fn late(self) -> Option<Late> {
        Some(match self {
            Self::Report(told) => Late::Report(told.report()?),
            Self::Adjusted { report, exec_ref_id, before: (qty, price, fee), actor, reason } => {
                let before = FillFigures { qty, price, fee };
                Late::Adjusted(Box::new(TradeAdjustment { execution: report.report()?, exec_ref_id, before, actor, reason }))
            }
            Self::Refused { kind, account, instrument, cl_ord_id, orig, refusal } => {
                let kinds = [RequestKind::Cancel, RequestKind::Replace];
                let kind = kinds.into_iter().find(|known| *known as u8 == kind)?;
                let names = RequestNames { kind, account, instrument, cl_ord_id, orig_cl_ord_id: orig };
                Late::Refused(names, refusal_of(refusal)?)
            }
        })
    }
}

impl ReportState {
    fn of(told: &Execution) -> Self {
        Self {
            exec_id: told.exec_id,
            account: told.account,
            instrument: told.instrument,
            order_id: told.order_id,
            names: (told.cl_ord_id, told.orig_cl_ord_id),
            what: (told.exec_type, told.ord_status, told.reason),
            terms: told.terms,
            working: told.working,
            list: (told.list, told.contingency),
            refusal: told.refusal.map(refusal_state),
            quantities: (told.cum_qty, told.leaves_qty, told.cum_lot_ticks),
            last: (told.last_qty, told.last_px, told.last_fee),
            liquidity: told.liquidity,
            trade_id: told.trade_id,
            priority_kept: told.priority_kept,
            created: told.created,
            session: told.session,
        }
    }

    /// None where a number stands for nothing.
    fn report(self) -> Option<Execution> {
        let told = self;
        Some(Execution {
            account_seq: 0,
            exec_id: told.exec_id,
            account: told.account,
            instrument: told.instrument,
            order_id: told.order_id,
            cl_ord_id: told.names.0,
            orig_cl_ord_id: told.names.1,
            exec_type: told.what.0,
            ord_status: told.what.1,
            reason: told.what.2,
            terms: told.terms,
            working: told.working,
            list: told.list.0,
            contingency: told.list.1,
            refusal: match told.refusal {
                Some(state) => Some(refusal_of(state)?),
                None => None,
            },
            cum_qty: told.quantities.0,
            leaves_qty: told.quantities.1,
            cum_lot_ticks: told.quantities.2,
            last_qty: told.last.0,
            last_px: told.last.1,
            last_fee: told.last.2,
            liquidity: told.liquidity,
            trade_id: told.trade_id,
            priority_kept: told.priority_kept,
            created: told.created,
            session: told.session,
        })
    }
}

const fn refusal_state(refusal: Refusal) -> RefusalState {
    let Refusal { code, unit, limit, value, headroom, currency, scope } = refusal;
    (code.number(), unit as u8, limit, value, headroom, currency, scope)
}

fn refusal_of((code, unit, limit, value, headroom, currency, scope): RefusalState) -> Option<Refusal> {
    let code = RefusalCode::ALL.into_iter().find(|known| known.number() == code)?;
    let units = [LimitUnit::None, LimitUnit::Ticks, LimitUnit::Lots, LimitUnit::Minor, LimitUnit::Count, LimitUnit::Bytes];
    let unit = units.into_iter().find(|known| *known as u8 == unit)?;
    Some(Refusal { code, unit, limit, value, headroom, currency, scope })
}

impl Core {
    /// Whether what an instrument's venue says is told later.
    #[inline]
    pub(super) fn tells_late(&self, instrument: usize) -> bool {
        let place = &self.instruments[instrument];
        place.paper.as_ref().is_some_and(|paper| paper.late_count > 0 || !place.definition.paper.latency.outbound.is_empty())
    }

    /// Sends something on its way out.
    pub(super) fn tell_later(&mut self, instrument: usize, late: Late) {
        let drawn = self.draw(instrument, |latency| &latency.outbound);
        let paper = self.instruments[instrument].paper.as_mut().expect("it tells late");
        let due = TsNs(self.ts.0.saturating_add(drawn)).max(paper.late_last);
        paper.late_last = due;
        paper.late_count += 1;
        self.late.push(due, late);
    }

    /// Answers a request that has arrived.
    pub(super) fn tell_refused(&mut self, names: RequestNames, refusal: Refusal, events: &mut Vec<Event>) {
        match self.instrument_index.get(&names.instrument) {
            Some(&instrument) if self.tells_late(instrument) => self.tell_later(instrument, Late::Refused(names, refusal)),
            _ => events.push(names.refused_there(refusal)),
        }
    }

    /// Tells what has come, and after a report what the account's position (of a fill) and money are now.
    pub(super) fn tell_late(&mut self, events: &mut Vec<Event>) {
        let late = self.late.pop().expect("something is due");
        let instrument = self.instrument_index[&late.instrument()];
        self.instruments[instrument].paper.as_mut().expect("it told late").late_count -= 1;
        match late {
            Late::Report(execution) => {
                let account = self.account_index[&execution.account];
                let account_seq = self.accounts[account].next_seq();
                events.push(Event::Execution(Execution { account_seq, ..execution }));
                if execution.last_qty.0 > 0 {
                    self.tell_position_of(account, instrument, &execution.terms, events);
                }
                self.tell_balance(account, self.instruments[instrument].definition.quote_currency, events);
            }
            Late::Adjusted(mut told) => {
                let account = self.account_index[&told.execution.account];
                told.execution.account_seq = self.accounts[account].next_seq();
                let terms = told.execution.terms;
                events.push(Event::TradeAdjusted(told));
                self.tell_position_of(account, instrument, &terms, events);
                self.tell_balance(account, self.instruments[instrument].definition.quote_currency, events);
            }
            Late::Refused(names, refusal) => events.push(names.refused_there(refusal)),
        }
    }

    /// Tells the position that an order of these terms was about: an account with reports on their way keeps its position mode.
    fn tell_position_of(&mut self, account: usize, instrument: usize, terms: &OrderTerms, events: &mut Vec<Event>) {
        let holding = self.holding_for(account, instrument, terms.side, terms.reduce_only);
        self.tell_position(holding, events);
    }

    /// Settles a command that sent something: what that holds is ours, and told at once.
    pub(super) fn settle_sent(&mut self, account: usize, instrument: usize, events: &mut Vec<Event>) {
        self.settle(events);
        if self.tells_late(instrument) {
            self.tell_balance(account, self.instruments[instrument].definition.quote_currency, events);
        }
    }
}
