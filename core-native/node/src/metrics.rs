//! Counters since the start, cheap enough for every command.

use jware_core::command::Command;
use jware_core::event::Event;
use jware_core::refusal::RefusalCode;
use std::collections::BTreeMap;

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Commands by kind.
    pub commands: [u64; KINDS.len()],
    /// Refusals by code, those of frames included.
    pub refusals: BTreeMap<RefusalCode, u64>,
    /// Frames taken from clients.
    pub frames_in: u64,
    /// Executions that were fills.
    pub fills: u64,
    /// Outside facts.
    pub market_facts: u64,
    /// Market frames encoded.
    pub market_frames: u64,
    /// Private frames encoded.
    pub private_frames: u64,
    /// Requests whose latency was traced.
    pub traces: u64,
    /// Those that asked for it and went without: too many of their session waited.
    pub traces_dropped: u64,
}

const KINDS: [&str; 20] = [
    "tick",
    "define_currency",
    "define_instrument",
    "open_account",
    "deposit",
    "set_trading_state",
    "new_order",
    "cancel",
    "replace",
    "mass_cancel",
    "market",
    "new_order_list",
    "batch",
    "set_limit",
    "configure_account",
    "set_self_trade_group",
    "correct_trade",
    "set_base_currency",
    "set_fee_schedule",
    "set_cancel_on_disconnect",
];

impl Metrics {
    /// Counts a command and its consequences.
    pub fn count(&mut self, command: &Command, events: &[Event]) {
        let kind = match command {
            Command::Tick => 0,
            Command::DefineCurrency(_) => 1,
            Command::DefineInstrument(_) => 2,
            Command::OpenAccount { .. } => 3,
            Command::Deposit { .. } => 4,
            Command::SetTradingState { .. } => 5,
            Command::NewOrder(_) => 6,
            Command::Cancel(_) => 7,
            Command::Replace(_) => 8,
            Command::MassCancel(_) => 9,
            Command::Market(updates) => {
                self.market_facts += updates.len() as u64;
                10
            }
            Command::NewOrderList(_) => 11,
            Command::Batch(_) => 12,
            Command::SetLimit(_) => 13,
            Command::ConfigureAccount { .. } => 14,
            Command::SetSelfTradeGroup { .. } => 15,
            Command::CorrectTrade(_) => 16,
            Command::SetBaseCurrency { .. } => 17,
            Command::SetFeeSchedule(_) => 18,
            Command::SetCancelOnDisconnect { .. } => 19,
        };
        self.commands[kind] += 1;
        for event in events {
            match event {
                Event::Refused { refusal, .. } => *self.refusals.entry(refusal.code).or_default() += 1,
                Event::Execution(execution) if execution.last_qty.0 > 0 => self.fills += 1,
                _ => {}
            }
        }
    }

    /// Name and value of each counter.
    pub fn rows(&self) -> BTreeMap<String, u64> {
        let mut rows = BTreeMap::new();
        for (kind, count) in KINDS.iter().zip(self.commands) {
            rows.insert(format!("commands_{kind}_total"), count);
        }
        for (code, count) in &self.refusals {
            rows.insert(format!("refusals_{}_total", code.name().to_lowercase()), *count);
        }
        for (name, count) in [
            ("frames_in_total", self.frames_in),
            ("fills_total", self.fills),
            ("market_facts_total", self.market_facts),
            ("market_frames_total", self.market_frames),
            ("private_frames_total", self.private_frames),
            ("traces_total", self.traces),
            ("traces_dropped_total", self.traces_dropped),
        ] {
            rows.insert(name.to_owned(), count);
        }
        rows
    }
}
