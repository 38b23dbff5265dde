//! Goes through a journal's files step by step, for the command line's tools: counts, lines of text, and a core of its own.
//!
//! Invariant: reads only, takes no lock, and never touches the process's hub; every record has passed every check of a start.
//! Cost: one segment in memory, and one core where commands are applied.

mod lines;
mod stat;

use jware_core::command::Command;
use jware_core::event::Event;
use jware_core::order::Side;
use jware_core::units::{InstrumentId, Seq, TsNs};
use jware_core::{CORE_VERSION, Core};
use jware_journal::{DirStorage, JournalError, Survey, snapshot_name};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::query;
use jware_replica::{command_of, oldest};
use lines::{Catalogue, Fate, Lines};
use stat::Stat;

/// What is to be done on the way.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Plan {
    /// The journal's folder.
    pub dir: String,
    /// Whether commands are read: needed by everything below.
    pub decode: bool,
    /// Whether commands are applied to a core of its own.
    pub apply: bool,
    /// What becomes a line.
    pub lines: LineKind,
    /// Whether lines are JSON.
    pub json: bool,
    /// The first command that becomes a line.
    pub from_seq: u64,
    /// The last command that is read; absent = all.
    pub to_seq: Option<u64>,
    /// Commands after this time are not read, nanoseconds as decimal text.
    pub until_ts_ns: Option<String>,
    /// Only events of this order become lines: an order's id, or a ClOrdID.
    pub order: Option<String>,
    /// Only lines of this account.
    pub account: Option<u32>,
}

/// What becomes a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LineKind {
    /// Nothing.
    #[default]
    None,
    /// Each command.
    Commands,
    /// Each command, and after it each event that is somebody's.
    Events,
    /// What happened to one order.
    Fate,
}

/// A journal on the way through.
pub struct Walk {
    survey: Survey,
    plan: Plan,
    until_ts_ns: u64,
    stat: Stat,
    core: Core,
    catalogue: Catalogue,
    fate: Fate,
    ended: bool,
    damage: Option<JournalError>,
    /// The snapshot whose state stands for the commands that are away, and are not applied; 0 where none are.
    snapshot_seq: u64,
}

impl Walk {
    /// Opens the journal that the plan (JSON) names.
    ///
    /// Where the first segments are away, commands are applied to the state of the oldest snapshot that covers them.
    ///
    /// Errors: `JRN_ERR_*`, a plan that is none, a journal of another core version where commands are to be read,
    /// `ENG_ERR_JOURNAL_ARCHIVED` where a state or events are asked for that came before that snapshot.
    pub fn open(plan_json: &str) -> Result<Self, String> {
        let plan: Plan = serde_json::from_str(plan_json).map_err(|error| format!("not a plan: {error}"))?;
        let until = plan.until_ts_ns.as_deref().map(str::parse).transpose();
        let until_ts_ns = until.map_err(|_| "untilTsNs is a whole number".to_owned())?.unwrap_or(u64::MAX);
        let survey = Survey::open(&plan.dir).map_err(|error| error.to_string())?;
        let other = survey.segments().iter().find(|segment| segment.core_version != CORE_VERSION);
        if let Some(segment) = other.filter(|_| plan.decode) {
            let (file, found) = (segment.file.clone(), segment.core_version);
            return Err(JournalError::CoreVersion { file, found, expected: CORE_VERSION }.to_string());
        }
        let fate = Fate::of(plan.order.clone().unwrap_or_default());
        let mut walk = Self {
            survey,
            plan,
            until_ts_ns,
            stat: Stat::default(),
            core: Core::new(),
            catalogue: Catalogue::default(),
            fate,
            ended: false,
            damage: None,
            snapshot_seq: 0,
        };
        walk.begin()?;
        Ok(walk)
    }

    /// Takes the state of a snapshot where the first segments are away. Where there is none at all the survey tells that; one that is
    /// whole and gives no state is an error here.
    fn begin(&mut self) -> Result<(), String> {
        let Self { survey, plan, until_ts_ns, core, catalogue, snapshot_seq, .. } = self;
        let away_seq = survey.segments().first().map_or(0, |segment| segment.first_seq - 1);
        if away_seq == 0 || !plan.decode {
            return Ok(());
        }
        let storage = DirStorage::existing(&plan.dir);
        let found = oldest(&storage, survey.engine_id(), away_seq).map_err(|error| error.to_string())?;
        let Some((header, replica)) = found.usable else {
            let Some(unusable) = found.unusable.first() else { return Ok(()) };
            return Err(format!(
                "ENG_ERR_JOURNAL_ARCHIVED: older segments are away, and {} gives no state ({})",
                snapshot_name(unusable.seq),
                unusable.reason
            ));
        };
        for instrument in replica.core.instruments() {
            catalogue.learn(&instrument.definition);
        }
        if !plan.apply {
            return Ok(());
        }
        let is_before = plan.to_seq.is_some_and(|seq| seq < header.seq) || *until_ts_ns < header.ts_ns;
        let begins_before = (1..=header.seq).contains(&plan.from_seq);
        if is_before || begins_before {
            let seq = header.seq;
            return Err(format!(
                "ENG_ERR_JOURNAL_ARCHIVED: older segments are away, and the first state that is known is that of the snapshot at seq \
                 {seq}. Ask for what came after it, or put the segments back from the archive"
            ));
        }
        (*core, *snapshot_seq) = (replica.core, header.seq);
        Ok(())
    }

    /// Goes on by batches until so many records were read; gives `{ done, total, recordCount, seq, isEnded, lines }` as JSON, bytes
    /// and records since the start, and the lines with a newline behind each.
    ///
    /// Errors: a record that holds no command of this version; reading failed. Damage is no error: it ends the walk, and the
    /// report tells it.
    pub fn step(&mut self, record_count_max: u64) -> Result<Value, String> {
        let mut text = String::new();
        let goal = self.stat.record_count() + record_count_max.max(1);
        while !self.ended && self.stat.record_count() < goal {
            self.step_batch(&mut text)?;
        }
        let (done, total) = self.survey.bytes_done_of();
        Ok(json!({
            "done": if self.ended { total } else { done },
            "total": total,
            "recordCount": self.stat.record_count(),
            "seq": self.stat.last_seq(),
            "isEnded": self.ended,
            "lines": text,
        }))
    }

    fn step_batch(&mut self, text: &mut String) -> Result<(), String> {
        let Self { survey, plan, until_ts_ns, stat, core, catalogue, fate, ended, damage, snapshot_seq } = self;
        let to_seq = plan.to_seq.unwrap_or(u64::MAX);
        let mut events: Vec<Event> = Vec::new();
        let mut unread = None;
        let outcome = survey.next_batch(|record| {
            if *ended || unread.is_some() {
                return;
            }
            if record.seq > to_seq || record.ts_ns > *until_ts_ns {
                *ended = true;
                return;
            }
            let command = match if plan.decode { command_of(&record) } else { Ok(None) } {
                Ok(command) => command,
                Err(error) => {
                    unread = Some(error);
                    return;
                }
            };
            stat.record(&record, command.as_ref());
            let Some(command) = command else { return };
            if let Command::DefineInstrument(definition) = &command {
                catalogue.learn(definition);
            }
            if plan.apply {
                if record.seq <= *snapshot_seq {
                    return;
                }
                events.clear();
                core.apply(Seq(record.seq), TsNs(record.ts_ns), &command, &mut events);
            }
            if record.seq >= plan.from_seq {
                let mut lines =
                    Lines { text, catalogue, json: plan.json, account: plan.account, seq: record.seq, ts_ns: record.ts_ns };
                match plan.lines {
                    LineKind::None => {}
                    LineKind::Commands => lines.command(&command),
                    LineKind::Events => lines.command_and_events(&command, &events),
                    LineKind::Fate => lines.fate(fate, &events),
                }
            }
        });
        match outcome {
            Ok(Some(batch)) => stat.batch(&batch),
            Ok(None) => *ended = true,
            Err(error @ (JournalError::Corrupt { .. } | JournalError::SegmentMissing { .. })) => {
                *ended = true;
                *damage = Some(error);
            }
            Err(error) => return Err(error.to_string()),
        }
        unread.map_or(Ok(()), Err)
    }

    /// What was found so far: segments, counts, the torn end, damage.
    pub fn report(&self) -> Value {
        let summary = self.survey.summary();
        let segments: Vec<Value> = self
            .survey
            .segments()
            .iter()
            .map(|segment| json!({ "file": segment.file, "bytes": segment.bytes, "firstSeq": segment.first_seq }))
            .collect();
        let mut report = self.stat.report();
        report["segments"] = json!(segments);
        report["coreVersion"] = json!(self.survey.segments().first().map(|segment| segment.core_version));
        report["engineId"] = json!(format!("{:032x}", self.survey.engine_id()));
        report["snapshotSeq"] = json!(self.snapshot_seq);
        report["isDecoded"] = json!(self.plan.decode);
        report["tornTail"] = json!(summary.torn_tail.as_ref().map(|torn| json!({
            "file": torn.file,
            "offset": torn.offset,
            "bytes": torn.bytes,
            "reason": torn.reason,
        })));
        report["damage"] = json!(self.damage.as_ref().map(damage_view));
        report
    }

    /// Hash of the state after the last command, 16 hex digits.
    pub fn state_hash(&self) -> String {
        format!("{:016x}", self.core.state_hash())
    }

    /// An account as it is after the last command, by id or name; `AccountView` as in `query`.
    pub fn account(&self, id_or_name: &str) -> Option<Value> {
        let id = id_or_name.parse().ok().or_else(|| query::account_named_of(&self.core, id_or_name))?;
        let mut view = query::account_of(&self.core, id, self.core.ts())?;
        // With words and human units beside them, since whoever reads this has no table at hand.
        for (list, quantity) in [("positions", "qtyLots"), ("orders", "orderQtyLots")] {
            for row in view[list].as_array_mut().into_iter().flatten() {
                let Some(instrument) = row["instrument"].as_u64().and_then(|id| u32::try_from(id).ok()) else { continue };
                row["symbol"] = json!(self.catalogue.symbol(InstrumentId(instrument)));
                row["qty"] = json!(row[quantity].as_i64().map(|lots| self.catalogue.qty(InstrumentId(instrument), lots)));
                row["price"] =
                    json!(row["priceTicks"].as_i64().map(|ticks| self.catalogue.price(InstrumentId(instrument), ticks)));
            }
        }
        for row in view["balances"].as_array_mut().into_iter().flatten() {
            let decimals = row["currencyDecimals"].as_u64().and_then(|decimals| u32::try_from(decimals).ok()).unwrap_or(0);
            for (name, minor) in
                [("cash", "cashMinor"), ("used", "usedMinor"), ("held", "heldMinor"), ("available", "availableMinor")]
            {
                let amount = row[minor].as_str().and_then(|text| text.parse().ok());
                row[name] = json!(amount.map(|amount| lines::decimal(amount, 1, decimals)));
            }
        }
        Some(view)
    }

    /// A book as it is after the last command, by symbol: `BookView`, and levels as decimal text.
    pub fn book(&self, symbol: &str, depth: u32) -> Option<Value> {
        let id = self.catalogue.named(symbol)?;
        let mut view = query::book_of(&self.core, id.0, depth)?;
        let instrument = self.core.instrument(id)?;
        for (name, side) in [("bidLevels", Side::Buy), ("askLevels", Side::Sell)] {
            let levels = instrument.book.depth(side, depth as usize);
            view[name] = levels
                .into_iter()
                .map(|(price, qty)| json!([self.catalogue.price(id, price.0), self.catalogue.qty(id, qty)]))
                .collect();
        }
        Some(view)
    }
}

fn damage_view(error: &JournalError) -> Value {
    let mut view = json!({ "code": error.code(), "text": error.to_string() });
    match error {
        JournalError::Corrupt { file, offset, after_seq, reason } => {
            view["file"] = json!(file);
            view["offset"] = json!(offset);
            view["afterSeq"] = json!(after_seq);
            view["reason"] = json!(reason);
        }
        JournalError::SegmentMissing { missing, found } => {
            view["file"] = json!(found);
            view["missingSegment"] = json!(missing);
        }
        _ => {}
    }
    view
}

#[cfg(test)]
mod tests;
