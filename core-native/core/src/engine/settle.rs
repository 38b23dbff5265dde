//! The end of every command that touches orders: working totals, holds, and the events that follow from them.

use super::{Core, Holding, TouchedHolding};
use crate::account::{Exposure, NO_POSITION, opening, requirement_of};
use crate::event::{BalanceChange, Event, PositionChange};
use crate::order::{Place, Side};
use crate::units::{AmountMinor, CurrencyId, PriceTicks, QtyLots, TradeId, TsNs, checked_product};

impl Core {
    /// Puts an order, or what is left of it, into the book, behind what is displayed at its price.
    pub(super) fn rest(&mut self, slot: u32) {
        let holding = self.holding_of(slot);
        let instrument = holding.instrument;
        let order = self.orders.get_mut(slot);
        order.place = Place::Book;
        let (side, price, leaves, display) = (order.side(), order.work_price, order.leaves_qty(), order.terms.display_qty);
        self.instruments[instrument].book.rest(&mut self.orders.resting, slot, side, price, leaves, display);
        self.add_working(holding, side, leaves.0, price);
        self.touch_level(instrument, side, price);
    }

    /// Adds to what an account has working at a price; `qty` may be negative.
    pub(super) fn add_working(&mut self, holding: Holding, side: Side, qty: i64, price: PriceTicks) {
        let Holding { account, instrument, leg } = holding;
        let definition = &self.instruments[instrument].definition;
        let notional =
            checked_product(qty, price.0, definition.tick_lot_minor).expect("an order's value was checked before it rested");
        let position = self.accounts[account].positions.get_or_default((definition.instrument, leg));
        let working = position.working_mut(side);
        working.qty += qty;
        working.notional += notional;
        if !self.accounts[account].is_engines() {
            let users = &mut self.instruments[instrument].users;
            *(if side == Side::Buy { &mut users.buys } else { &mut users.sells }) += qty;
        }
        self.touch_holding(holding, false);
    }

    /// What all users are exposed to in a currency.
    pub(super) fn firm_exposure_mut(&mut self, currency: CurrencyId) -> &mut Exposure {
        let index = usize::from(currency.0) - 1;
        if self.exposures.len() <= index {
            self.exposures.resize(index + 1, Exposure::default());
        }
        &mut self.exposures[index]
    }

    /// Recomputes what is held and exposed for what was touched, and tells positions, balances and levels, once each.
    pub(super) fn settle(&mut self, events: &mut Vec<Event>) {
        self.refresh_holdings();
        let mut holdings = std::mem::take(&mut self.scratch.holdings);
        let mut balances = std::mem::take(&mut self.scratch.balances);
        for TouchedHolding { holding, filled } in holdings.drain(..) {
            let Holding { account, instrument, .. } = holding;
            if self.accounts[account].is_engines() {
                continue;
            }
            let currency = self.instruments[instrument].definition.quote_currency;
            if self.tells_late(instrument) {
                continue;
            }
            if filled {
                self.tell_position(holding, events);
            }
            if !balances.contains(&(account, currency)) {
                balances.push((account, currency));
            }
        }
        for (account, currency) in balances.drain(..) {
            self.tell_balance(account, currency, events);
        }
        self.tell_levels(events);
        self.scratch.holdings = holdings;
        self.scratch.balances = balances;
    }

    pub(super) fn tell_position(&mut self, holding: Holding, events: &mut Vec<Event>) {
        let Holding { account, instrument, leg } = holding;
        let id = self.instruments[instrument].definition.instrument;
        let is_quiet = self.scratch.is_quiet;
        let account = &mut self.accounts[account];
        let account_seq = account.next_seq();
        if is_quiet {
            return;
        }
        let position = account.positions.get((id, leg)).unwrap_or(&NO_POSITION);
        events.push(Event::Position(PositionChange {
            account_seq,
            account: account.id,
            instrument: id,
            qty: QtyLots(position.qty),
            cost: AmountMinor(position.cost),
            realised: AmountMinor(position.realised),
            fees: AmountMinor(position.fees),
            leg,
        }));
    }

    /// Recomputes what is held and exposed for what was touched since the last settling.
    pub(super) fn refresh_holdings(&mut self) {
        for at in 0..self.scratch.holdings.len() {
            let TouchedHolding { holding, .. } = self.scratch.holdings[at];
            if !self.accounts[holding.account].is_engines() {
                self.refresh_holding(holding);
            }
        }
    }

    pub(super) fn refresh_holding(&mut self, holding: Holding) {
        let Holding { account, instrument, leg } = holding;
        let fee_ppm = self.hold_fee_ppm(account, instrument);
        let definition = &self.instruments[instrument].definition;
        let (id, currency, margin) = (definition.instrument, definition.quote_currency, definition.margin);
        let owner = &mut self.accounts[account];
        debug_assert!(!owner.is_engines(), "the engine's own accounts hold nothing and are no user's exposure");
        let initial_ppm = owner.initial_ppm(margin);
        let position = owner.positions.get_or_default((id, leg));
        let narrow = |wide: i128| i64::try_from(wide).unwrap_or(i64::MAX);
        let buys = opening(position.buys, (-position.qty).max(0));
        let sells = opening(position.sells, position.qty.max(0));
        let held = requirement_of(buys + sells, fee_ppm, initial_ppm);
        let change = held - std::mem::replace(&mut position.held, held);
        let (opening_buys, opening_sells) = (narrow(buys), narrow(sells));
        let more_buys = i128::from(opening_buys) - i128::from(std::mem::replace(&mut position.opening_buys, opening_buys));
        let more_sells = i128::from(opening_sells) - i128::from(std::mem::replace(&mut position.opening_sells, opening_sells));
        let balance = owner.balances.get_or_default(currency);
        balance.held += change;
        if more_buys != 0 || more_sells != 0 {
            balance.exposure.open_more(more_buys, more_sells);
            self.firm_exposure_mut(currency).open_more(more_buys, more_sells);
        }
    }

    /// Tells each touched level's displayed total, once: by instrument, bids first, from low to high.
    pub(super) fn tell_levels(&mut self, events: &mut Vec<Event>) {
        if self.scratch.is_quiet {
            self.scratch.levels.clear();
            return;
        }
        if self.scratch.levels.len() > 1 {
            self.scratch.levels.sort_unstable();
            self.scratch.levels.dedup();
        }
        for &(instrument, side, price) in &self.scratch.levels {
            let instrument = &self.instruments[instrument];
            let qty = QtyLots(instrument.book.total(side, price));
            events.push(Event::Level { instrument: instrument.definition.instrument, side, price, qty });
        }
        self.scratch.levels.clear();
    }

    pub(super) fn tell_balance(&mut self, account: usize, currency: CurrencyId, events: &mut Vec<Event>) {
        let is_quiet = self.scratch.is_quiet;
        let account = &mut self.accounts[account];
        let account_seq = account.next_seq();
        if is_quiet {
            return;
        }
        let (cash, used, held) =
            account.balances.get(currency).map_or((0, 0, 0), |balance| (balance.cash, balance.used, balance.held));
        events.push(Event::Balance(BalanceChange {
            account_seq,
            account: account.id,
            currency,
            cash: AmountMinor(cash),
            used: AmountMinor(used),
            held: AmountMinor(held),
        }));
    }

    /// Prints a public trade: last price, bars, tape.
    #[allow(clippy::too_many_arguments, reason = "a print has this many facts")]
    pub(super) fn print_trade(
        &mut self,
        instrument: usize,
        ts_event: TsNs,
        price: PriceTicks,
        qty: i64,
        aggressor: Side,
        trade_id: TradeId,
        own: bool,
        events: &mut Vec<Event>,
    ) {
        let is_quiet = self.scratch.is_quiet;
        let instrument = &mut self.instruments[instrument];
        let id = instrument.definition.instrument;
        instrument.last_price = price;
        instrument.marked_ts = self.ts;
        let qty = QtyLots(qty);
        if !is_quiet {
            events.push(Event::Trade { instrument: id, ts_event, price, qty, aggressor, trade_id, own });
        }
        instrument.bars.on_trade(ts_event, price, qty, |interval, bar, closed| {
            if closed {
                events.push(Event::BarClosed { instrument: id, interval, bar: *bar });
            }
        });
    }
}
