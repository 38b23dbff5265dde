#![allow(missing_docs)]
#[allow(dead_code, reason = "the flow is the other binary's")]
mod ops;
use jware_core::Core;
use jware_core::command::*;
use jware_core::event::Event;
use jware_core::instrument::*;
use jware_core::order::*;
use jware_core::units::*;
use ops::Op;
use std::path::Path;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = ops::read(Path::new(&args[1])).unwrap();
    let accounts: u32 = args[2].parse().unwrap();
    let instruments: u32 = args[3].parse().unwrap();
    let mut core = Core::new();
    let mut events: Vec<Event> = Vec::new();
    let mut seq = 0;
    let mut ts = 1u64;
    let mut apply = |core: &mut Core, command: &Command, events: &mut Vec<Event>| {
        seq += 1;
        ts += 1000;
        events.clear();
        core.apply(Seq(seq), TsNs(ts), command, events);
    };
    apply(&mut core, &Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 2 }), &mut events);
    for i in 1..=instruments {
        apply(
            &mut core,
            &Command::DefineInstrument(InstrumentDefinition {
                instrument: InstrumentId(i),
                symbol: format!("I{i}"),
                name: String::new(),
                asset_class: String::new(),
                venue: Venue::Internal,
                base_currency: String::new(),
                quote_currency: CurrencyId(1),
                price_decimals: 2,
                tick_mantissa: 1,
                qty_decimals: 0,
                lot_mantissa: 1,
                tick_lot_minor: 1,
                qty_lots_min: QtyLots(1),
                qty_lots_max: QtyLots(1_000_000),
                notional_minor_max: AmountMinor(1 << 50),
                collar_bps: 5000,
                maker_fee_ppm: 10,
                taker_fee_ppm: 20,
                session: TradingSession::ROUND_THE_CLOCK,
                collar: CollarRules::default(),
                margin: MarginRules::default(),
            }),
            &mut events,
        );
    }
    for a in 0..accounts {
        let account = AccountId(1000 + a);
        apply(&mut core, &Command::OpenAccount { account, name: format!("A{a}") }, &mut events);
        apply(
            &mut core,
            &Command::Deposit { actor: Actor::default(), account, currency: CurrencyId(1), amount: AmountMinor(1 << 57) },
            &mut events,
        );
    }
    let mut owner = std::collections::BTreeMap::new();
    let mut commands = Vec::new();
    let mut rng = 88172645463325252u64;
    for &op in &file.ops {
        match op {
            Op::Order { id, side, price, qty, rests } => {
                rng ^= rng << 13;
                rng ^= rng >> 7;
                rng ^= rng << 17;
                let account = AccountId(1000 + (rng % u64::from(accounts)) as u32);
                let instrument = InstrumentId(1 + ((rng >> 32) % u64::from(instruments)) as u32);
                owner.insert(id, account);
                let mut terms = if rests {
                    OrderTerms::limit(side, QtyLots(qty.into()), PriceTicks(price.into()))
                } else {
                    OrderTerms::market(side, QtyLots(qty.into()))
                };
                terms.self_trade_prevention = SelfTradePrevention::None;
                commands.push(Command::NewOrder(NewOrder {
                    actor: Actor::default(),
                    account,
                    instrument,
                    cl_ord_id: ClOrdId::new(format!("o{id}").as_bytes()).unwrap(),
                    terms,
                }));
            }
            Op::Cancel { id } => commands.push(Command::Cancel(CancelOrder {
                actor: Actor::default(),
                account: owner[&id],
                cl_ord_id: ClOrdId::EMPTY,
                target: OrderRef { order_id: OrderId(0), orig_cl_ord_id: ClOrdId::new(format!("o{id}").as_bytes()).unwrap() },
            })),
        }
    }
    let mut told = 0usize;
    let mut refused = 0;
    let mut codes = std::collections::BTreeMap::new();
    for c in &commands[..file.prefill] {
        apply(&mut core, c, &mut events);
    }
    let start = Instant::now();
    for c in &commands[file.prefill..] {
        apply(&mut core, c, &mut events);
        told += events.len();
        if let Some(Event::Refused { refusal, .. }) = events.first() {
            refused += 1;
            *codes.entry(refusal.code as u16).or_insert(0) += 1;
        }
    }
    let s = start.elapsed().as_secs_f64();
    println!(
        "{:.0} commands/s, {:.0} ns, events {told}, refused {refused} {codes:?}, live {}",
        (commands.len() - file.prefill) as f64 / s,
        s * 1e9 / (commands.len() - file.prefill) as f64,
        core.orders().len()
    );
}
