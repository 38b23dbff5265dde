//! Commands and events as lines: JSON for programs, and text for people, in the units that people use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jware_core::command::{Command, MarketFact, OrderChange, OrderRef};
use jware_core::event::{Event, Execution};
use jware_core::instrument::InstrumentDefinition;
use jware_core::order::{ExecReason, ExecType, OrderTerms};
use jware_core::units::{AccountId, InstrumentId, OrderId};
use serde::Serialize;
use serde_json::{Value, json};

use super::stat::variant;
use crate::calendar::{Civil, civil};

/// What prices and quantities of instruments mean. Units never change, so the first definition holds.
#[derive(Debug, Default)]
pub struct Catalogue {
    instruments: BTreeMap<InstrumentId, Units>,
}

#[derive(Debug)]
struct Units {
    symbol: String,
    price_decimals: u8,
    tick_mantissa: i64,
    qty_decimals: u8,
    lot_mantissa: i64,
}

impl Catalogue {
    /// Takes the units of a definition.
    pub fn learn(&mut self, definition: &InstrumentDefinition) {
        self.instruments.entry(definition.instrument).or_insert_with(|| Units {
            symbol: definition.symbol.clone(),
            price_decimals: definition.price_decimals,
            tick_mantissa: definition.tick_mantissa,
            qty_decimals: definition.qty_decimals,
            lot_mantissa: definition.lot_mantissa,
        });
    }

    /// The instrument with a symbol.
    pub fn named(&self, symbol: &str) -> Option<InstrumentId> {
        self.instruments.iter().find(|(_, units)| units.symbol == symbol).map(|(id, _)| *id)
    }

    /// A symbol, or the number of an instrument that is not known.
    pub fn symbol(&self, id: InstrumentId) -> String {
        self.instruments.get(&id).map_or_else(|| format!("instrument {}", id.0), |units| units.symbol.clone())
    }

    /// A price; in ticks where the instrument is not known.
    pub fn price(&self, id: InstrumentId, ticks: i64) -> String {
        self.instruments.get(&id).map_or_else(
            || format!("{ticks} ticks"),
            |units| decimal(ticks, units.tick_mantissa, u32::from(units.price_decimals)),
        )
    }

    /// A quantity; in lots where the instrument is not known.
    pub fn qty(&self, id: InstrumentId, lots: i64) -> String {
        self.instruments
            .get(&id)
            .map_or_else(|| format!("{lots} lots"), |units| decimal(lots, units.lot_mantissa, u32::from(units.qty_decimals)))
    }
}

/// `count * mantissa / 10^decimals`, exactly.
pub fn decimal(count: i64, mantissa: i64, decimals: u32) -> String {
    let value = i128::from(count) * i128::from(mantissa);
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A time as RFC 3339 in UTC, to the nanosecond.
pub fn time(ts_ns: u64) -> String {
    let Civil { year, month, day, hour, minute, second, ns } = civil(ts_ns);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ns:09}Z")
}

/// The order whose fate is asked for.
#[derive(Debug)]
pub struct Fate {
    asked: String,
    id: Option<u64>,
    /// Ids of orders that had the name that was asked for: they are followed under whatever name they get.
    followed: BTreeSet<OrderId>,
}

impl Fate {
    /// Of an order's id, or a ClOrdID; digits may be either.
    pub fn of(asked: String) -> Self {
        let id = asked.parse().ok();
        Self { asked, id, followed: BTreeSet::new() }
    }

    fn is_of(&mut self, event: &Event) -> bool {
        match event {
            Event::Execution(execution) => self.is_of_execution(execution),
            Event::TradeAdjusted(told) => self.is_of_execution(&told.execution),
            Event::Refused { cl_ord_id, orig_cl_ord_id, .. } => {
                cl_ord_id.as_str() == self.asked || orig_cl_ord_id.as_str() == self.asked
            }
            _ => false,
        }
    }

    fn is_of_execution(&mut self, execution: &Execution) -> bool {
        let names = [execution.cl_ord_id.as_str(), execution.orig_cl_ord_id.as_str()];
        if names.contains(&self.asked.as_str()) {
            self.followed.insert(execution.order_id);
        }
        Some(execution.order_id.0) == self.id || self.followed.contains(&execution.order_id)
    }
}

/// Lines of one command.
pub struct Lines<'a> {
    pub text: &'a mut String,
    pub catalogue: &'a Catalogue,
    pub json: bool,
    /// Only what concerns this account.
    pub account: Option<u32>,
    pub seq: u64,
    pub ts_ns: u64,
}

impl Lines<'_> {
    /// The command.
    pub fn command(&mut self, command: &Command) {
        if self.is_wanted(account_of_command(command)) {
            self.line("command", command, None, |lines| lines.command_text(command));
        }
    }

    /// The command, and its events but for those of the market's own changes.
    pub fn command_and_events(&mut self, command: &Command, events: &[Event]) {
        self.command(command);
        for (index, event) in events.iter().enumerate().filter(|(_, event)| !is_of_market(event)) {
            if self.is_wanted(account_of_event(event)) {
                self.line("event", event, Some(index), |lines| lines.event_text(event));
            }
        }
    }

    /// The events of one order.
    pub fn fate(&mut self, fate: &mut Fate, events: &[Event]) {
        for (index, event) in events.iter().enumerate() {
            if fate.is_of(event) && self.is_wanted(account_of_event(event)) {
                self.line("event", event, Some(index), |lines| lines.event_text(event));
            }
        }
    }

    fn is_wanted(&self, account: Option<AccountId>) -> bool {
        self.account.is_none_or(|wanted| account == Some(AccountId(wanted)))
    }

    fn line(&mut self, what: &str, value: &impl Serialize, index: Option<usize>, text: impl FnOnce(&Self) -> String) {
        if self.json {
            let mut row = json!({ "seq": self.seq, "time": time(self.ts_ns) });
            if let Some(index) = index {
                row["index"] = json!(index);
            }
            row[what] = plain(value);
            let _ = writeln!(self.text, "{row}");
        } else {
            let text = text(self);
            let _ = writeln!(self.text, "{:>10}  {}  {text}", self.seq, time(self.ts_ns));
        }
    }

    fn command_text(&self, command: &Command) -> String {
        let name = variant(command);
        let rest = match command {
            Command::NewOrder(request) => {
                let order = self.order_text(request.instrument, &request.terms);
                format!("account {}  {order}  ClOrdID {}", request.account.0, request.cl_ord_id.as_str())
            }
            Command::Cancel(request) => {
                format!("account {}  {}  ClOrdID {}", request.account.0, target_text(&request.target), request.cl_ord_id.as_str())
            }
            Command::Replace(request) => format!(
                "account {}  {} to {}  ClOrdID {}",
                request.account.0,
                target_text(&request.target),
                change_text(&request.change),
                request.cl_ord_id.as_str(),
            ),
            Command::NewOrderList(request) => {
                let order = |order: &jware_core::command::ListedOrder| {
                    format!("{}  ClOrdID {}", self.order_text(request.instrument, &order.terms), order.cl_ord_id.as_str())
                };
                let orders: Vec<String> = request.orders.iter().map(order).collect();
                format!("account {}  {:?}  {}", request.account.0, request.contingency, orders.join("; "))
            }
            Command::Market(updates) => self.market_text(updates),
            Command::Tick => String::new(),
            other => plain(other).as_object().and_then(|row| row.values().next()).map(Value::to_string).unwrap_or_default(),
        };
        format!("{name:<14} {rest}").trim_end().to_owned()
    }

    fn event_text(&self, event: &Event) -> String {
        match event {
            Event::Execution(execution) => self.execution_text(execution),
            Event::TradeAdjusted(told) => {
                format!("{}  report {}: {}", self.execution_text(&told.execution), told.exec_ref_id, told.reason)
            }
            Event::Refused { request, refusal, account, cl_ord_id, .. } => format!(
                "  {:<14} {request:?}  account {}  ClOrdID {}  {:?} (limit {}, found {})",
                "Refused",
                account.0,
                cl_ord_id.as_str(),
                refusal.code,
                refusal.limit,
                refusal.value,
            ),
            other => format!(
                "  {:<14} {}",
                variant(other),
                plain(other).as_object().and_then(|row| row.values().next()).unwrap_or(&Value::Null)
            ),
        }
    }

    fn execution_text(&self, execution: &Execution) -> String {
        let instrument = execution.instrument;
        let qty = |lots: i64| self.catalogue.qty(instrument, lots);
        let mut text = format!(
            "  {:<14} account {}  order {}  ClOrdID {}  {}  {:?}, filled {}, left {}",
            format!("{:?}", execution.exec_type),
            execution.account.0,
            execution.order_id.0,
            execution.cl_ord_id.as_str(),
            self.order_text(instrument, &execution.terms),
            execution.ord_status,
            qty(execution.cum_qty.0),
            qty(execution.leaves_qty.0),
        );
        if matches!(execution.exec_type, ExecType::Trade | ExecType::TradeCorrect | ExecType::TradeCancel) {
            let price = self.catalogue.price(instrument, execution.last_px.0);
            let _ = write!(
                text,
                "  fill {} @ {price} ({:?}, trade {})",
                qty(execution.last_qty.0),
                execution.liquidity,
                execution.trade_id.0
            );
        }
        if execution.reason != ExecReason::None {
            let _ = write!(text, "  because {:?}", execution.reason);
        }
        text
    }

    fn order_text(&self, instrument: InstrumentId, terms: &OrderTerms) -> String {
        let qty = if terms.order_qty.0 == 0 && terms.cash_qty.0 != 0 {
            format!("for {} minor units", terms.cash_qty.0)
        } else {
            self.catalogue.qty(instrument, terms.order_qty.0)
        };
        let mut text = format!("{} {:?} {qty}", self.catalogue.symbol(instrument), terms.side);
        if terms.ord_type.has_price() {
            let _ = write!(text, " @ {}", self.catalogue.price(instrument, terms.price.0));
        }
        let _ = write!(text, " {:?} {:?}", terms.ord_type, terms.time_in_force);
        if terms.ord_type.has_trigger() {
            let _ = write!(text, " trigger {}", self.catalogue.price(instrument, terms.trigger.price.0));
        }
        text
    }

    fn market_text(&self, updates: &[jware_core::command::MarketUpdate]) -> String {
        let mut counts: BTreeMap<(String, &str), u64> = BTreeMap::new();
        for update in updates {
            let fact = match update.fact {
                MarketFact::Level { .. } => "levels",
                MarketFact::Trade { .. } => "trades",
                MarketFact::Reset => "resets",
                MarketFact::State(_) => "states",
            };
            *counts.entry((self.catalogue.symbol(update.instrument), fact)).or_default() += 1;
        }
        let parts: Vec<String> = counts.iter().map(|((symbol, fact), count)| format!("{symbol} {count} {fact}")).collect();
        parts.join(", ")
    }
}

/// As serde has it, which is plain data.
fn plain(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

fn target_text(target: &OrderRef) -> String {
    if target.order_id.0 == 0 {
        format!("order {}", target.orig_cl_ord_id.as_str())
    } else {
        format!("order {}", target.order_id.0)
    }
}

/// In lots and ticks: a replace does not name its instrument.
fn change_text(change: &OrderChange) -> String {
    let mut text = format!("{} lots @ {} ticks", change.order_qty.0, change.price.0);
    if change.trigger_price.0 != 0 {
        let _ = write!(text, " trigger {} ticks", change.trigger_price.0);
    }
    text
}

/// Whether it is the market's alone: what a book looks like between trades is nobody's history.
const fn is_of_market(event: &Event) -> bool {
    matches!(event, Event::Level { .. } | Event::BookState { .. } | Event::BookReset { .. } | Event::BarClosed { .. })
}

/// The account that a command is for, as its plain form names it.
fn account_of_command(command: &Command) -> Option<AccountId> {
    match command {
        Command::Market(_) | Command::Tick => None,
        Command::NewOrder(request) => Some(request.account),
        Command::Cancel(request) => Some(request.account),
        other => named_account(&plain(other)),
    }
}

fn account_of_event(event: &Event) -> Option<AccountId> {
    match event {
        Event::Execution(execution) => Some(execution.account),
        Event::TradeAdjusted(told) => Some(told.execution.account),
        Event::Refused { account, .. } => Some(*account),
        Event::Trade { .. } => None,
        other => named_account(&plain(other)),
    }
}

fn named_account(row: &Value) -> Option<AccountId> {
    let account = row.as_object()?.values().next()?.get("account")?.as_u64()?;
    u32::try_from(account).ok().map(AccountId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (count, mantissa, decimals, text) in [
            (12_345, 1, 2, "123.45"),
            (5, 1, 0, "5"),
            (-7, 5, 3, "-0.035"),
            (0, 1, 4, "0.0000"),
            (i64::MAX, 25, 2, "2305843009213693951.75"),
            (i64::MIN, 1, 0, "-9223372036854775808"),
        ] {
            assert_eq!(decimal(count, mantissa, decimals), text);
        }
    }

    #[test]
    fn times_are_told_to_the_nanosecond() {
        assert_eq!(time(7), "1970-01-01T00:00:00.000000007Z");
        assert_eq!(time(1_798_761_599_123_456_789), "2026-12-31T23:59:59.123456789Z");
    }
}
