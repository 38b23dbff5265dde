//! What a command told: every report, every refusal, every count.

use std::collections::BTreeMap;

use jware_core::event::{Event, Execution};
use jware_core::refusal::{LimitUnit, Refusal, RequestKind};

use super::{Check, Difference, Pair};
use crate::naive::{Guarded, Refused, Told};

/// The figures of a refusal count where the model has them.
fn as_far_as_modelled(core: Refusal, model: &Refusal) -> Refusal {
    if model.unit == LimitUnit::None { Refusal { scope: core.scope, ..Refusal::plain(core.code) } } else { core }
}

impl Pair {
    pub(super) fn compare_executions(events: &[Event], told: &Told) -> Check {
        let of_core = events.iter().filter_map(|event| match event {
            Event::Execution(told) => Some(*told),
            Event::TradeAdjusted(told) => Some(told.execution),
            _ => None,
        });
        let of_core: Vec<Execution> = of_core
            .enumerate()
            .map(|(index, execution)| {
                let model = told.executions.get(index).and_then(|model| model.refusal);
                let refusal = execution.refusal.map(|core| model.map_or(core, |model| as_far_as_modelled(core, &model)));
                Execution { account_seq: 0, refusal, ..execution }
            })
            .collect();
        let same = of_core.iter().zip(&told.executions).take_while(|(core, model)| core == model).count();
        if same == of_core.len() && same == told.executions.len() {
            return Ok(());
        }
        let list = |all: &[Execution]| all.iter().map(brief).collect::<Vec<String>>().join("\n    ");
        let before = list(&told.executions[..same]);
        let (core, model) = (list(&of_core[same..]), list(&told.executions[same..]));
        Err(Difference(format!("reports\n  both:\n    {before}\n  core:\n    {core}\n  model:\n    {model}")))
    }

    pub(super) fn compare_answers(events: &[Event], told: &Told) -> Check {
        let refused = |event: &Event| match event {
            Event::Refused { request, refusal, cl_ord_id, .. } => {
                Some(Refused { kind: *request, name: *cl_ord_id, refusal: *refusal })
            }
            _ => None,
        };
        let of_core: Vec<Refused> = events.iter().filter_map(refused).collect();
        let modelled = of_core.iter().enumerate().map(|(index, core)| {
            let Some(model) = told.refused.get(index) else { return *core };
            let whole_batch = model.kind == RequestKind::Batch;
            let name = if whole_batch { model.name } else { core.name };
            Refused { refusal: as_far_as_modelled(core.refusal, &model.refusal), name, ..*core }
        });
        agree!(modelled.collect::<Vec<_>>(), told.refused, "refusals");
        let canceled = events.iter().find_map(|event| match event {
            Event::MassCanceled { canceled_count, .. } | Event::ScopeState { canceled_count, .. } => Some(*canceled_count),
            _ => None,
        });
        ensure!(
            canceled.is_none_or(|count| count == told.canceled_count.unwrap_or(0)),
            "canceled count\n  core:  {canceled:?}\n  model: {:?}",
            told.canceled_count
        );
        Ok(())
    }

    /// What was told of accounts that lost too much. An account's state is also told when it is opened or set.
    pub(super) fn compare_guarded(events: &[Event], told: &Told) -> Check {
        let of_core: Vec<Guarded> = events
            .iter()
            .filter_map(|event| match event {
                Event::Liquidation { account, currency, equity, maintenance } => Some(Guarded::Liquidation {
                    account: *account,
                    currency: *currency,
                    equity: *equity,
                    maintenance: *maintenance,
                }),
                Event::LossLimitPassed { account, currency, kind, max, loss } => {
                    Some(Guarded::LossLimitPassed { account: *account, currency: *currency, kind: *kind, max: *max, loss: *loss })
                }
                Event::AccountState { account, state, reason, .. } if reason == "loss limit" => {
                    Some(Guarded::State { account: *account, state: *state })
                }
                _ => None,
            })
            .collect();
        agree!(of_core, told.guarded, "liquidations and loss limits");
        Ok(())
    }

    /// A position that is told last is as it is now.
    pub(super) fn compare_positions_told(&self, events: &[Event]) -> Check {
        let mut positions = BTreeMap::new();
        for event in events {
            if let Event::Position(told) = event {
                positions.insert((told.account, told.instrument, told.leg), *told);
            }
        }
        for (holding, told) in positions {
            let now = self.naive.position(holding);
            let core = (told.qty.0, told.cost.0, told.realised.0, told.fees.0);
            agree!(super::state::wide4(core), (now.qty, now.cost, now.realised, now.fees), "told position of {:?}", told.account);
        }
        Ok(())
    }
}

/// A report without what says nothing, short enough to compare by eye.
fn brief(told: &Execution) -> String {
    let terms = told.terms;
    let mut text = format!(
        "#{} order {} of {} {:?} {:?} {:?}: {:?} {:?} {:?} {}@{} cum {} leaves {} in {} named {}",
        told.exec_id,
        told.order_id.0,
        told.account.0,
        told.exec_type,
        told.ord_status,
        told.reason,
        terms.side,
        terms.ord_type,
        terms.time_in_force,
        terms.order_qty.0,
        terms.price.0,
        told.cum_qty.0,
        told.leaves_qty.0,
        told.instrument.0,
        told.cl_ord_id.as_str(),
    );
    let mut also = |says: bool, more: String| {
        if says {
            text.push_str(&more);
        }
    };
    also(!told.orig_cl_ord_id.is_empty(), format!(" was {}", told.orig_cl_ord_id.as_str()));
    also(
        told.last_qty.0 != 0,
        format!(" fill {}@{} fee {} {:?}", told.last_qty.0, told.last_px.0, told.last_fee.0, told.liquidity),
    );
    also(told.last_qty.0 != 0, format!(" trade {} sum {}", told.trade_id.0, told.cum_lot_ticks));
    also(terms.ord_type.has_trigger(), format!(" {:?}", terms.trigger));
    also(terms.display_qty.0 != 0, format!(" display {}", terms.display_qty.0));
    also(terms.cash_qty.0 != 0, format!(" cash {}", terms.cash_qty.0));
    also(terms.reduce_only, " reduce-only".to_owned());
    also(terms.post_only as u8 != 0, format!(" post-only {:?}", terms.post_only));
    also(told.contingency.is_some(), format!(" list {} {:?}", told.list.0, told.contingency));
    also(told.refusal.is_some(), format!(" refusal {:?}", told.refusal));
    also(told.priority_kept, " kept".to_owned());
    also(!told.working, " idle".to_owned());
    also(told.session.0 != 1, format!(" session {}", told.session.0));
    also(
        true,
        format!(
            " {:?} expires {} deadline {} strategy {}",
            terms.self_trade_prevention, terms.expire_ts.0, terms.deadline.0, terms.strategy.0
        ),
    );
    text
}
