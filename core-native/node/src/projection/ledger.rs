//! The double-entry ledger: every amount that moves, as two rows that sum to zero.
//!
//! Derived from reports and commands, exactly: a fill moves its value from the buyer to the seller and its fee to FEES, a deposit
//! moves money from EXTERNAL. So an account's rows of a currency sum to its cash less the cost of its positions, to the minor
//! unit, whatever was averaged or rounded on the way. The other side of a fill is the account of the report beside it, of the
//! same trade; alone it was the house's.

use jware_core::Core;
use jware_core::account::{EXTERNAL_ACCOUNT, FEES_ACCOUNT, HOUSE_ACCOUNT};
use jware_core::command::Command;
use jware_core::event::{Event, Execution, FillFigures};
use jware_core::order::{ClOrdId, ExecType, LiquidityInd, Side};
use jware_core::units::{AccountId, CurrencyId, InstrumentId, TradeId};

use super::copy_text::CopyRow;
use super::row::Row;

/// Why an amount moved. Numbers are the database's.
#[derive(Clone, Copy)]
enum Kind {
    Trade = 1,
    Fee = 2,
    Deposit = 3,
    Withdrawal = 4,
    TradeBack = 5,
    FeeBack = 6,
}

/// What moves, and what it is about.
struct Movement {
    idx: usize,
    currency: CurrencyId,
    instrument: InstrumentId,
    exec_id: u64,
    trade_id: TradeId,
}

/// The rows of a batch.
#[derive(Debug, Default)]
pub struct Ledger {
    pub text: String,
    pub row_count: usize,
    /// Legs of the event at hand.
    leg: u8,
}

impl Ledger {
    /// Takes the consequences of a command that `core` has just applied.
    pub fn take(&mut self, core: &Core, command: &Command, events: &[Event]) {
        if let Command::Deposit { account, currency, amount, reference, .. } = *command
            && !events.iter().any(|event| matches!(event, Event::Refused { .. }))
            && is_first(core, account, reference)
        {
            let kind = if amount.0 > 0 { Kind::Deposit } else { Kind::Withdrawal };
            let (instrument, trade_id) = (InstrumentId(0), TradeId(0));
            self.leg = 0;
            let movement = Movement { idx: 0, currency, instrument, exec_id: 0, trade_id };
            self.put(core, &movement, kind, EXTERNAL_ACCOUNT, account, amount.0);
        }
        for (idx, event) in events.iter().enumerate() {
            let Some((report, before)) = fill_of(event) else { continue };
            let after = FillFigures { qty: report.last_qty, price: report.last_px, fee: report.last_fee };
            let after = (report.exec_type != ExecType::TradeCancel).then_some(after);
            self.leg = 0;
            if let Some(before) = before {
                self.put_fill(core, events, idx, report, before, true);
            }
            if let Some(after) = after {
                self.put_fill(core, events, idx, report, after, false);
            }
        }
    }

    /// A fill's value and fee, or both given back. Of two reports of one trade the taker's has the value.
    fn put_fill(&mut self, core: &Core, events: &[Event], idx: usize, report: &Execution, fill: FillFigures, is_back: bool) {
        let Some(instrument) = core.instrument(report.instrument) else { return };
        let beside = match report.liquidity {
            LiquidityInd::Maker => idx.checked_add(1),
            LiquidityInd::Taker | LiquidityInd::None => idx.checked_sub(1),
        };
        let other = beside.and_then(|at| events.get(at)).and_then(fill_of).map(|(other, _)| other);
        let other = other.filter(|other| other.trade_id == report.trade_id).map(|other| other.account);
        let movement = Movement {
            idx,
            currency: instrument.definition.quote_currency,
            instrument: report.instrument,
            exec_id: report.exec_id,
            trade_id: report.trade_id,
        };
        let sign = if is_back { -1 } else { 1 };
        if other.is_none() || report.liquidity == LiquidityInd::Taker {
            let other = other.unwrap_or(HOUSE_ACCOUNT);
            let (buyer, seller) = if report.terms.side == Side::Buy { (report.account, other) } else { (other, report.account) };
            let value = fill.qty.0 * fill.price.0 * instrument.definition.tick_lot_minor;
            let kind = if is_back { Kind::TradeBack } else { Kind::Trade };
            self.put(core, &movement, kind, buyer, seller, sign * value);
        }
        let kind = if is_back { Kind::FeeBack } else { Kind::Fee };
        self.put(core, &movement, kind, report.account, FEES_ACCOUNT, sign * fill.fee.0);
    }

    /// One movement: what `from` loses `to` gets.
    fn put(&mut self, core: &Core, movement: &Movement, kind: Kind, from: AccountId, to: AccountId, amount: i64) {
        if amount == 0 {
            return;
        }
        for (account, contra, amount) in [(from, to, -amount), (to, from, amount)] {
            CopyRow::new(&mut self.text)
                .int(core.seq().0)
                .int(movement.idx as u64)
                .int(self.leg)
                .ns(core.ts().0)
                .time(core.ts().0)
                .int(account.0)
                .int(contra.0)
                .int(movement.currency.0)
                .int(amount)
                .int(kind as u8)
                .int(movement.instrument.0)
                .int(movement.exec_id)
                .int(movement.trade_id.0)
                .end();
            self.leg += 1;
            self.row_count += 1;
        }
    }
}

/// Whether a deposit that was taken moved something: one that came again under its name did not.
fn is_first(core: &Core, account: AccountId, reference: Option<ClOrdId>) -> bool {
    let booked = reference.and_then(|reference| core.transfer(account, reference));
    booked.is_none_or(|booked| booked.seq == core.seq())
}

/// The report of a fill, or of one that was taken back or corrected, and then the fill as it was.
fn fill_of(event: &Event) -> Option<(&Execution, Option<FillFigures>)> {
    match event {
        Event::Execution(report) if report.exec_type == ExecType::Trade => Some((report, None)),
        Event::TradeAdjusted(told) => Some((&told.execution, Some(told.before))),
        _ => None,
    }
}
