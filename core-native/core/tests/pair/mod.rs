//! The core and the naive model side by side: every command goes to both, and all that can be seen is compared after it.
#![allow(dead_code, missing_docs, reason = "shared by tests and the long run, which use different parts")]

/// Fails the comparison, with a reason, where something does not hold.
macro_rules! ensure {
    ($condition:expr, $($reason:tt)+) => {
        if !$condition {
            return Err(Difference(format!($($reason)+)));
        }
    };
}

/// Fails the comparison where the core's value and the model's differ.
macro_rules! agree {
    ($core:expr, $model:expr, $($what:tt)+) => {
        match (&$core, &$model) {
            (core, model) => if core != model {
                return Err(Difference(format!("{}\n  core:  {core:?}\n  model: {model:?}", format!($($what)+))));
            }
        }
    };
}

mod client;
mod events;
mod invariants;
mod state;

use std::collections::BTreeMap;

use jware_core::Core;
use jware_core::command::Command;
use jware_core::engine::Validation;
use jware_core::event::Event;
use jware_core::order::{ExecReason, ExecType};
use jware_core::refusal::Refusal;
use jware_core::units::{AccountId, CurrencyId, Seq, TsNs};

use crate::naive::{Guarded, Naive, Told};
use crate::random::{Dice, Known, opening};
use client::Client;

/// Where core and model, or core and rules, part.
#[derive(Clone, Debug)]
pub struct Difference(pub String);

pub type Check = Result<(), Difference>;

pub struct Pair {
    pub core: Core,
    pub naive: Naive,
    pub known: Known,
    client: Client,
    now: u64,
    commands: Vec<(TsNs, Command)>,
    /// How many of them are the opening, which is always the same.
    opening_count: usize,
    /// All events, where a replay is to be compared with them.
    events: Option<Vec<Event>>,
    pub execution_count: u64,
    /// How often each refusal, and each rule of losses, was met.
    pub tally: BTreeMap<String, u64>,
}

impl Pair {
    /// A scene that follows from a number, after its opening.
    pub fn new(seed: u64, keeps_events: bool) -> Result<Self, Difference> {
        let mut pair = Self::bare(seed, keeps_events);
        for command in opening(pair.known.mood) {
            pair.apply(command)?;
        }
        pair.opening_count = pair.commands.len();
        Ok(pair)
    }

    /// A core and a model in which nothing is defined yet.
    pub fn bare(seed: u64, keeps_events: bool) -> Self {
        let known = Known::new(seed);
        let mut pair = Self {
            core: Core::with_names(known.mood.names),
            naive: Naive::with_names(known.mood.names),
            known,
            client: Client::default(),
            now: 0,
            commands: Vec::new(),
            opening_count: 0,
            events: keeps_events.then(Vec::new),
            execution_count: 0,
            tally: BTreeMap::new(),
        };
        pair.now = pair.known.now;
        pair
    }

    /// Applies a command to both, without a comparison: for a way that was compared before.
    pub fn repeat(&mut self, command: Command) -> Check {
        let (seq, ts) = (self.core.seq().0 + 1, TsNs(self.now));
        let mut events = Vec::new();
        self.core.apply(Seq(seq), ts, &command, &mut events);
        self.naive.apply(ts, &command);
        self.commands.push((ts, command));
        self.client.follow(&events, &mut self.known.live)
    }

    /// One step: what it asks for follows from the number and from what is known.
    pub fn step(&mut self, seed: u64) -> Check {
        let mut dice = Dice::new(seed);
        self.known.step_time(&mut dice);
        self.now = self.known.now;
        let command = self.known.command(&mut dice);
        if matches!(command, Command::NewOrder(_)) && dice.in_1000(200) {
            // Then nothing is due that a validation cannot foresee.
            self.apply(Command::Tick)?;
        }
        self.apply(command)
    }

    pub fn apply(&mut self, command: Command) -> Check {
        let (seq, ts) = (self.core.seq().0 + 1, TsNs(self.now));
        self.commands.push((ts, command));
        let (_, command) = self.commands.last().expect("just pushed");
        let mut events = Vec::new();
        let told = self.naive.apply(ts, command);
        let foreseen = foreseen(&self.core, ts, command);
        self.core.apply(Seq(seq), ts, command, &mut events);
        let validated = foreseen.is_some();
        foreseen.map_or(Ok(()), |validation| compare_validation(&validation, &events))?;
        let mut met = rules_met(command, &told);
        met.extend(validated.then(|| format!("foreseen to be {}", if told.refused.is_empty() { "accepted" } else { "refused" })));
        self.compare(&events, &told)?;
        let is_unknown = |account: &AccountId| matches!(self.naive.whole_equity(*account), Some((None, _)));
        met.extend(self.naive.accounts.iter().any(is_unknown).then(|| "the whole is unknown".to_owned()));
        let tiers = self.tiers_met(&told);
        self.execution_count += told.executions.len() as u64;
        for met in met.into_iter().chain(tiers) {
            *self.tally.entry(met).or_default() += 1;
        }
        for execution in &told.executions {
            if self.known.ids.last().is_none_or(|last| *last < execution.order_id) {
                self.known.ids.push(execution.order_id);
            }
            if execution.exec_type == ExecType::Trade {
                self.known.fills.push(execution.exec_id);
            }
        }
        if let Some(all) = &mut self.events {
            all.extend(events);
        }
        Ok(())
    }

    /// By which steps of a fee schedule fills were charged.
    fn tiers_met(&self, told: &Told) -> Vec<String> {
        let fills = told.executions.iter().filter(|execution| execution.exec_type == ExecType::Trade);
        let standings = fills.filter_map(|fill| {
            let currency = self.core.instrument(fill.instrument)?.definition.quote_currency;
            Some(self.core.fee_standing(fill.account, currency, self.core.ts())).filter(|standing| !standing.tiers.is_empty())
        });
        standings
            .map(|standing| if standing.tier > 0 { "fill above the first tier" } else { "fill of the first tier" }.to_owned())
            .collect()
    }

    fn compare(&mut self, events: &[Event], told: &Told) -> Check {
        Self::compare_answers(events, told)?;
        Self::compare_executions(events, told)?;
        Self::compare_guarded(events, told)?;
        self.client.follow(events, &mut self.known.live)?;
        // What was told is behind what is while a venue's reports are on their way.
        let all_told = !self.naive.has_unheard();
        if all_told {
            self.compare_positions_told(events)?;
            self.client.check_begun()?;
        }
        self.compare_orders(all_told)?;
        self.compare_accounts(all_told)?;
        self.compare_books()?;
        self.compare_names()?;
        self.compare_sessions()?;
        self.check_invariants(all_told)
    }

    /// The commands as a journal holds them lead a new core to the same events and the same state.
    pub fn check_replay(&self) -> Check {
        let mut core = Core::with_names(self.known.mood.names);
        let mut events = Vec::new();
        for (index, (ts, command)) in self.commands.iter().enumerate() {
            let bytes = postcard::to_allocvec(command).expect("commands serialise");
            let read: Command = postcard::from_bytes(&bytes).expect("what was written can be read");
            ensure!(read == *command, "what was written is read: {command:?}");
            core.apply(Seq(index as u64 + 1), *ts, &read, &mut events);
        }
        agree!(self.core.state_hash(), core.state_hash(), "the state hash after a replay");
        ensure!(self.events.as_ref().is_none_or(|all| *all == events), "a replay tells the same events");
        Ok(())
    }

    /// The last commands after the opening, for a report.
    pub fn last_commands(&self, count: usize) -> String {
        let from = self.commands.len().saturating_sub(count).max(self.opening_count);
        let lines = self.commands[from..].iter().map(|(ts, command)| format!("{} {}", ts.0, short(command)));
        lines.collect::<Vec<String>>().join("\n")
    }
}

/// What a validation says of a new order, where nothing happens in between that it cannot foresee.
fn foreseen(core: &Core, ts: TsNs, command: &Command) -> Option<Validation> {
    let Command::NewOrder(request) = command else { return None };
    // A name that is known is answered again.
    let is_new = core.names().find(core.orders(), request.account, &request.cl_ord_id).is_none();
    let is_still = ts == core.ts() && core.next_due_ts().is_none_or(|due| due > ts);
    (is_still && is_new).then(|| core.validate(ts, request))
}

fn compare_validation(validation: &Validation, events: &[Event]) -> Check {
    let refused = events.iter().find_map(|event| match event {
        Event::Refused { refusal, .. } => Some(refusal),
        _ => None,
    });
    agree!(validation.refusals.first(), refused, "the first refusal that a validation foresees");
    let both: Option<&Refusal> = validation.passed.iter().find(|rule| validation.refusals.contains(rule));
    ensure!(both.is_none(), "a rule is passed or not: {both:?}");
    Ok(())
}

/// Which refusals and rules of losses a command met, by name; of an atomic batch only the refusal that was the first.
fn rules_met(command: &Command, told: &Told) -> Vec<String> {
    let mut met: Vec<String> = match command {
        Command::Batch(batch) if batch.atomic => {
            told.refused.first().map(|refused| format!("atomic {:?}", refused.refusal.code)).into_iter().collect()
        }
        _ => told.refused.iter().map(|refused| format!("{:?} {:?}", refused.kind, refused.refusal.code)).collect(),
    };
    for execution in &told.executions {
        met.extend(execution.refusal.map(|refusal| format!("at work {:?}", refusal.code)));
        if execution.exec_type == ExecType::New && execution.reason != ExecReason::None {
            met.push(format!("closed for {:?}", execution.reason));
        }
    }
    met.extend(told.guarded.iter().map(|guarded| match guarded {
        Guarded::Liquidation { .. } => "Liquidation".to_owned(),
        Guarded::LossLimitPassed { kind, currency, .. } => {
            format!("{kind:?}{}", if *currency == CurrencyId(0) { " of the whole" } else { "" })
        }
        Guarded::State { state, .. } => format!("loss limit {state:?}"),
    }));
    met
}

/// A command as text, without what its fields say when they say nothing.
fn short(command: &Command) -> String {
    let mut text = format!("{command:?}");
    for nothing in [
        "user: UserId(1), ",
        ", display_qty: QtyLots(0)",
        ", cash_qty: AmountMinor(0)",
        ", expire_ts: TsNs(0)",
        ", post_only: No",
        ", reduce_only: false",
        ", strategy: StrategyId(0)",
        ", deadline: TsNs(0)",
        ", trail: None",
    ] {
        text = text.replace(nothing, "");
    }
    for wrapper in
        ["InstrumentId", "AccountId", "SessionId", "ClOrdId", "PriceTicks", "QtyLots", "TsNs", "OrderId", "OrderTerms "]
    {
        text = text.replace(wrapper, "");
    }
    text
}
