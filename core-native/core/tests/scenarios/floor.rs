//! A trading floor with as many people as a scenario has, in words that scenarios use.

use jware_core::Core;
use jware_core::command::{Actor, CancelOrder, Command, MarketFact, MarketUpdate, NewOrder, OrderChange, OrderRef, ReplaceOrder};
use jware_core::event::{Event, Execution};
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::limits::{COLLAR_BPS_MAX, NOTIONAL_MINOR_MAX, UNITS_MAX};
use jware_core::order::{ClOrdId, ExecType, Order, OrderTerms, Side};
use jware_core::paper::PaperRules;
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots, Seq, TradeId, TsNs};

pub struct Floor {
    pub core: Core,
    /// Consequences of the last command.
    pub events: Vec<Event>,
    name_count: u32,
}

impl Floor {
    pub fn new() -> Self {
        Self { core: Core::new(), events: Vec::new(), name_count: 0 }
    }

    pub fn apply(&mut self, command: &Command) {
        self.events.clear();
        let seq = self.core.seq().0 + 1;
        self.core.apply(Seq(seq), TsNs(seq * 1_000), command, &mut self.events);
    }

    fn refusal(&self) -> Option<RefusalCode> {
        self.events.iter().find_map(|event| if let Event::Refused { refusal, .. } = event { Some(refusal.code) } else { None })
    }

    fn apply_control(&mut self, command: &Command) {
        self.apply(command);
        assert_eq!(self.refusal(), None, "{command:?}");
    }

    pub fn define_currency(&mut self, code: &str) -> CurrencyId {
        self.apply_control(&Command::DefineCurrency(CurrencyDefinition { code: code.to_owned(), decimals: 0 }));
        self.core.currency_coded(code).expect("just defined")
    }

    /// An instrument among users, without fees, with the widest collar there is.
    pub fn define_instrument(&mut self, symbol: &str, quote_currency: CurrencyId, tick_lot_minor: i64) -> InstrumentId {
        let instrument = InstrumentId(u32::try_from(self.core.instruments().len()).expect("few") + 1);
        self.apply_control(&Command::DefineInstrument(InstrumentDefinition {
            instrument,
            symbol: symbol.to_owned(),
            name: symbol.to_owned(),
            asset_class: "fx".to_owned(),
            venue: Venue::Internal,
            base_currency: symbol.to_owned(),
            quote_currency,
            price_decimals: 0,
            tick_mantissa: 1,
            qty_decimals: 0,
            lot_mantissa: 1,
            tick_lot_minor,
            qty_lots_min: QtyLots(1),
            qty_lots_max: QtyLots(UNITS_MAX),
            notional_minor_max: AmountMinor(NOTIONAL_MINOR_MAX),
            collar_bps: COLLAR_BPS_MAX,
            maker_fee_ppm: 0,
            taker_fee_ppm: 0,
            session: TradingSession::ROUND_THE_CLOCK,
            collar: CollarRules::default(),
            margin: MarginRules::default(),
            mark_stale_ns: 0,
            paper: PaperRules::default(),
        }));
        instrument
    }

    pub fn open_account(&mut self, name: &str) -> AccountId {
        let account = AccountId(1_000 + u32::try_from(self.core.accounts().len()).expect("few"));
        self.apply_control(&Command::OpenAccount { account, name: name.to_owned() });
        account
    }

    pub fn deposit(&mut self, account: AccountId, currency: CurrencyId, amount: i64) {
        let amount = AmountMinor(amount);
        self.apply_control(&Command::Deposit {
            actor: Actor::default(),
            account,
            currency,
            amount,
            reference: None,
            reason: String::new(),
        });
    }

    /// A trade elsewhere, which gives the instrument a last price.
    pub fn print(&mut self, instrument: InstrumentId, price: i64) {
        let fact =
            MarketFact::Trade { price: PriceTicks(price), qty: QtyLots(1), aggressor: Side::Buy, venue_trade_id: TradeId(1) };
        self.apply(&Command::Market(vec![MarketUpdate { instrument, ts_event: self.core.ts(), fact }]));
    }

    fn next_name(&mut self) -> ClOrdId {
        self.name_count += 1;
        ClOrdId::new(format!("n{}", self.name_count).as_bytes()).expect("short")
    }

    pub fn new_order(&mut self, account: AccountId, instrument: InstrumentId, terms: OrderTerms) -> NewOrder {
        NewOrder { actor: Actor::default(), account, instrument, cl_ord_id: self.next_name(), terms }
    }

    pub fn place(&mut self, account: AccountId, instrument: InstrumentId, terms: OrderTerms) -> Result<OrderId, RefusalCode> {
        let order = self.new_order(account, instrument, terms);
        self.apply(&Command::NewOrder(order));
        if let Some(code) = self.refusal() {
            return Err(code);
        }
        Ok(self.executions().next().expect("an accepted order is told").order_id)
    }

    pub fn replace(&mut self, account: AccountId, order_id: OrderId, change: OrderChange) -> Result<(), RefusalCode> {
        let target = OrderRef { order_id, orig_cl_ord_id: ClOrdId::EMPTY };
        let cl_ord_id = self.next_name();
        self.apply(&Command::Replace(ReplaceOrder { actor: Actor::default(), account, cl_ord_id, target, change }));
        self.refusal().map_or(Ok(()), Err)
    }

    /// Gives how much was taken out.
    pub fn cancel(&mut self, account: AccountId, order_id: OrderId) -> Result<i64, RefusalCode> {
        let target = OrderRef { order_id, orig_cl_ord_id: ClOrdId::EMPTY };
        let cl_ord_id = ClOrdId::EMPTY;
        self.apply(&Command::Cancel(CancelOrder { actor: Actor::default(), account, cl_ord_id, target }));
        if let Some(code) = self.refusal() {
            return Err(code);
        }
        let ended = self.executions().find(|execution| execution.exec_type == ExecType::Canceled).expect("told");
        Ok(ended.terms.order_qty.0 - ended.cum_qty.0)
    }

    pub fn executions(&self) -> impl Iterator<Item = &Execution> {
        self.events.iter().filter_map(|event| if let Event::Execution(execution) = event { Some(execution) } else { None })
    }

    pub fn has_traded(&self) -> bool {
        self.executions().any(|execution| execution.exec_type == ExecType::Trade)
    }

    /// A live order.
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.core.orders().find(id)
    }

    /// Count and quantity of the live orders of a side, in the book or waiting for their trigger.
    pub fn live(&self, side: Side, waiting: bool) -> (i64, i64) {
        let orders = self.core.orders().iter_by_id().filter(|order| order.side() == side && order.is_working() != waiting);
        orders.fold((0, 0), |(count, qty), order| (count + 1, qty + order.leaves_qty().0))
    }

    /// Displayed quantity of a side.
    pub fn displayed(&self, instrument: InstrumentId, side: Side) -> i64 {
        self.depth(instrument, side).iter().map(|&(_, qty)| qty).sum()
    }

    /// Displayed levels, best first.
    pub fn depth(&self, instrument: InstrumentId, side: Side) -> Vec<(i64, i64)> {
        let book = &self.core.instrument(instrument).expect("defined").book;
        book.depth(side, usize::MAX).into_iter().map(|(price, qty)| (price.0, qty)).collect()
    }
}
