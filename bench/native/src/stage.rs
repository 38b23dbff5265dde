//! The stage for full commands: instruments, accounts and limits, and an order flow spread over them.

use jware_core::command::{Actor, CancelOrder, Command, NewOrder, OrderRef, SetLimit};
use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
use jware_core::limit::{LimitKind, LimitName, LimitScope};
use jware_core::order::{ClOrdId, OrderTerms, SelfTradePrevention};
use jware_core::paper::PaperRules;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, OrderId, PriceTicks, QtyLots};

use crate::ops::Op;

/// Of every flow that is not asked for by another.
pub const SEED: u32 = 42;
/// The others follow.
pub const FIRST_ACCOUNT: u32 = 1_000;

/// One point of the sweep.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Of one currency, one book each.
    pub instruments: u32,
    /// That orders are spread over.
    pub accounts: u32,
    /// Orders that rest before the clock runs, about.
    pub resting: usize,
}

/// A flow's operation on an instrument and by an account.
#[derive(Clone, Copy)]
pub struct Placed {
    /// What is done.
    pub op: Op,
    /// Where.
    pub instrument: u32,
    /// By whom.
    pub account: u32,
}

/// Gives each order an instrument and an account, and each cancel those of its order.
pub fn place(ops: &[Op], setting: Setting) -> Vec<Placed> {
    let mut state = 0x9E37_79B9_u32;
    let mut random = |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        u32::try_from((u64::from(state) * u64::from(below)) >> 32).expect("below a 32-bit number")
    };
    let mut homes: Vec<(u32, u32)> = vec![(0, 0)];
    ops.iter()
        .map(|&op| match op {
            Op::Order { id, .. } => {
                let home = (1 + random(setting.instruments), FIRST_ACCOUNT + random(setting.accounts));
                homes.resize(homes.len().max(id as usize + 1), (0, 0));
                homes[id as usize] = home;
                Placed { op, instrument: home.0, account: home.1 }
            }
            Op::Cancel { id } => {
                let (instrument, account) = homes[id as usize];
                Placed { op, instrument, account }
            }
        })
        .collect()
}

/// What defines the stage. Limits are looked at as they would be on a desk: of the firm, by value and by position.
pub fn commands(setting: Setting) -> Vec<Command> {
    let mut commands = vec![Command::DefineCurrency(CurrencyDefinition { code: "USD".to_owned(), decimals: 2 })];
    commands.extend((1..=setting.instruments).map(|id| Command::DefineInstrument(instrument(id))));
    for id in (0..setting.accounts).map(|index| FIRST_ACCOUNT + index) {
        let account = AccountId(id);
        commands.push(Command::OpenAccount { account, name: format!("A{id}") });
        let amount = AmountMinor((1 << 60) / i64::from(setting.accounts));
        commands.push(Command::Deposit {
            actor: Actor::default(),
            account,
            currency: CurrencyId(1),
            amount,
            reference: None,
            reason: String::new(),
        });
    }
    for (kind, currency) in [
        (LimitKind::OrderQty, CurrencyId(0)),
        (LimitKind::OrderNotional, CurrencyId(1)),
        (LimitKind::GrossNotional, CurrencyId(1)),
    ] {
        commands.push(Command::SetLimit(SetLimit {
            actor: Actor::default(),
            scope: LimitScope::Firm,
            name: LimitName { kind, instrument: InstrumentId(0), currency },
            max: Some(1 << 60),
            window_ns: 0,
            reason: String::new(),
        }));
    }
    commands
}

/// The order or cancel that an operation is.
pub fn command_of(placed: &Placed) -> Command {
    let account = AccountId(placed.account);
    match placed.op {
        Op::Cancel { id } => Command::Cancel(CancelOrder {
            actor: Actor::default(),
            account,
            cl_ord_id: ClOrdId::EMPTY,
            target: OrderRef { order_id: OrderId(0), orig_cl_ord_id: name_of(id) },
        }),
        Op::Order { id, side, price, qty, rests } => {
            let (qty, price) = (QtyLots(i64::from(qty)), PriceTicks(i64::from(price)));
            let terms = if rests { OrderTerms::limit(side, qty, price) } else { OrderTerms::market(side, qty) };
            Command::NewOrder(NewOrder {
                actor: Actor::default(),
                account,
                instrument: InstrumentId(placed.instrument),
                cl_ord_id: name_of(id),
                // The flow meets itself; so may its owners, or the two sides would not match the same.
                terms: OrderTerms { self_trade_prevention: SelfTradePrevention::None, ..terms },
            })
        }
    }
}

fn name_of(id: u32) -> ClOrdId {
    ClOrdId::new(format!("order-{id}").as_bytes()).expect("a short name")
}

fn instrument(id: u32) -> InstrumentDefinition {
    InstrumentDefinition {
        instrument: InstrumentId(id),
        symbol: format!("I{id}"),
        name: String::new(),
        asset_class: "crypto".to_owned(),
        venue: Venue::Internal,
        base_currency: "X".to_owned(),
        quote_currency: CurrencyId(1),
        price_decimals: 2,
        tick_mantissa: 1,
        qty_decimals: 0,
        lot_mantissa: 1,
        tick_lot_minor: 1,
        qty_lots_min: QtyLots(1),
        qty_lots_max: QtyLots(1_000_000),
        notional_minor_max: AmountMinor(1 << 50),
        collar_bps: 5_000,
        maker_fee_ppm: 10,
        taker_fee_ppm: 20,
        session: TradingSession::ROUND_THE_CLOCK,
        collar: CollarRules::default(),
        margin: MarginRules::default(),
        mark_stale_ns: 0,
        paper: PaperRules::default(),
    }
}
