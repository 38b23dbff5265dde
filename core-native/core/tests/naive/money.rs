//! Money and positions: what each fill does, and what working orders hold.

use jware_core::account::{EXTERNAL_ACCOUNT, FEES_ACCOUNT, HOUSE_ACCOUNT, Leg};
use jware_core::limits::AMOUNT_MINOR_MAX;
use jware_core::order::ClOrdId;
use jware_core::order::Side;
use jware_core::refusal::{Refusal, RefusalCode as Code};
use jware_core::units::{AccountId, CurrencyId, InstrumentId, OrderId};

use super::{Holding, Naive, Order, Place, Position};

pub(super) fn ceiling(dividend: i128, divisor: i128) -> i128 {
    -((-dividend).div_euclid(divisor))
}

pub(super) fn half_even(dividend: i128, divisor: i128) -> i128 {
    let (down, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    if rest * 2 > divisor || (rest * 2 == divisor && down % 2 != 0) { down + 1 } else { down }
}

impl Order {
    /// Whether money is held for it: what rests, what is on its way to do so, and what an earlier check of its list or batch let
    /// through.
    pub(super) fn holds(&self) -> bool {
        matches!(self.place, Place::Book | Place::Ghost) || (self.place == Place::OnTheWay && !self.waits())
    }
}

impl Naive {
    pub fn cash(&self, account: AccountId, currency: CurrencyId) -> i128 {
        self.cash.iter().find(|row| (row.0, row.1) == (account, currency)).map_or(0, |row| row.2)
    }

    pub(super) fn pay(&mut self, account: AccountId, currency: CurrencyId, amount: i128) {
        match self.cash.iter_mut().find(|row| (row.0, row.1) == (account, currency)) {
            Some(row) => row.2 += amount,
            None => self.cash.push((account, currency, amount)),
        }
    }

    pub(super) fn of_currency(&self, id: InstrumentId, currency: CurrencyId) -> bool {
        self.instrument(id).definition.quote_currency == currency
    }

    pub fn used(&self, account: AccountId, currency: CurrencyId) -> i128 {
        let mine = |p: &&Position| p.of.0 == account && self.of_currency(p.of.1, currency);
        self.positions.iter().filter(mine).map(|position| position.used).sum()
    }

    pub fn held(&self, account: AccountId, currency: CurrencyId) -> i128 {
        let mine = self.instruments.iter().filter(|instrument| instrument.definition.quote_currency == currency);
        let holdings = mine.flat_map(|instrument| Self::holdings(account, instrument.definition.instrument));
        holdings.map(|holding| self.held_for(holding, None, None)).sum()
    }

    pub(super) fn available(&self, account: AccountId, currency: CurrencyId) -> i128 {
        self.cash(account, currency) - self.used(account, currency) - self.held(account, currency)
    }

    pub fn position(&self, of: Holding) -> Position {
        let none = Position { of, qty: 0, cost: 0, realised: 0, fees: 0, used: 0 };
        *self.positions.iter().find(|position| position.of == of).unwrap_or(&none)
    }

    /// What working orders may need; `without` one of them, and `with` (side, lots, lot-ticks) more.
    pub(super) fn held_for(&self, holding: Holding, without: Option<OrderId>, with: Option<(Side, i128, i128)>) -> i128 {
        let (account, instrument, _) = holding;
        let position = self.position(holding).qty;
        let mut needed = 0;
        for side in [Side::Buy, Side::Sell] {
            let mut working: Vec<(i128, i128)> = self
                .orders
                .iter()
                .filter(|o| o.holds() && (o.holding(), o.terms.side) == (holding, side))
                .filter(|o| Some(o.id) != without)
                .map(|o| (o.leaves(), o.leaves() * o.price))
                .collect();
            working.extend(with.filter(|extra| extra.0 == side).map(|extra| (extra.1, extra.2)));
            let lots: i128 = working.iter().map(|row| row.0).sum();
            let value = self.minor(instrument, working.iter().map(|row| row.1).sum());
            let closing = (-i128::from(side.sign()) * position).max(0);
            if lots > closing {
                needed += ceiling(value * (lots - closing), lots);
            }
        }
        let paid_in = ceiling(needed * self.initial_ppm(account, instrument), 1_000_000);
        paid_in + ceiling(needed * self.held_fee_ppm(account, instrument), 1_000_000)
    }

    /// A name stands for one movement of the account, whatever has become of the account since.
    pub(super) fn named_deposit(
        &mut self,
        account: AccountId,
        currency: CurrencyId,
        amount: i128,
        reference: Option<ClOrdId>,
        reason: &str,
    ) -> Result<(), Refusal> {
        if !self.is_users(account) {
            return Err(Refusal::plain(Code::AccountNotPermitted));
        }
        if reason.len() > 200 {
            return Err(Refusal::plain(Code::FieldInvalid));
        }
        let Some(name) = reference.filter(|name| !name.is_empty()) else { return self.deposit(account, currency, amount) };
        let known = self.transfers.iter().find(|known| (known.0, known.1) == (account, name));
        match known.map(|known| (known.2, known.3) == (currency, amount)) {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::plain(Code::DuplicateReference)),
            None => {
                self.deposit(account, currency, amount)?;
                self.transfers.push((account, name, currency, amount));
                Ok(())
            }
        }
    }

    fn deposit(&mut self, account: AccountId, currency: CurrencyId, amount: i128) -> Result<(), Refusal> {
        if !self.is_users(account) {
            return Err(Refusal::plain(Code::AccountNotPermitted));
        }
        if self.all_currencies().all(|known| known != currency) || amount == 0 {
            return Err(Refusal::plain(Code::FieldInvalid));
        }
        let fits = |sum: i128| sum.abs() <= i128::from(AMOUNT_MINOR_MAX);
        if !fits(self.cash(account, currency) + amount) || !fits(self.cash(EXTERNAL_ACCOUNT, currency) - amount) {
            return Err(Refusal::plain(Code::NumberOverflow));
        }
        let available = self.spendable(account, currency);
        if amount < 0 && available + amount < 0 {
            let [available, asked] = [available, -amount].map(super::narrow);
            return Err(Refusal::money(Code::InsufficientFunds, currency, available, asked, available.max(0)));
        }
        self.pay(account, currency, amount);
        self.pay(EXTERNAL_ACCOUNT, currency, -amount);
        self.move_baselines(account, currency, amount);
        Ok(())
    }

    /// The house's side of a trade.
    pub(super) fn book_house(&mut self, instrument: InstrumentId, side: Side, qty: i128, price: i128) {
        self.book((HOUSE_ACCOUNT, instrument, Leg::Net), side, qty, price, 0);
    }

    /// One account's side of a trade, at average cost; returns its fee.
    pub(super) fn book(&mut self, holding: Holding, side: Side, qty: i128, price: i128, fee_ppm: i32) -> i128 {
        let (account, instrument, _) = holding;
        let sign = i128::from(side.sign());
        let mut position = self.position(holding);
        let closing = if position.qty * sign < 0 { qty.min(position.qty.abs()) } else { 0 };
        let cost_closed = if closing > 0 { half_even(position.cost * closing, position.qty.abs()) } else { 0 };
        let realised = -sign * self.minor(instrument, closing * price) - cost_closed;
        let fee = half_even(self.minor(instrument, qty * price) * i128::from(fee_ppm), 1_000_000);
        position.cost += sign * self.minor(instrument, (qty - closing) * price) - cost_closed;
        position.qty += sign * qty;
        position.realised += realised;
        position.fees += fee;
        position.used = ceiling(position.cost.abs() * self.initial_ppm(account, instrument), 1_000_000);
        self.positions.retain(|other| other.of != holding);
        self.positions.push(position);
        let currency = self.instrument(instrument).definition.quote_currency;
        self.pay(account, currency, realised - fee);
        self.pay(FEES_ACCOUNT, currency, fee);
        self.touch(account);
        fee
    }
}
