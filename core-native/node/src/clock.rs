//! The only clocks: everything that has a time takes it from here, once, at the boundary.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use jware_core::units::TsNs;

/// Nanoseconds since the UNIX epoch, by the wall clock.
pub fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Nanoseconds since the process asked first; the wall clock may jump, this does not. For silence and waiting.
pub fn monotonic_ns() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The time of the next command: the wall clock may step back, the journal's time does not.
pub fn engine_time(now_ns: u64, last: TsNs) -> TsNs {
    TsNs(now_ns.max(last.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jware_core::Core;
    use jware_core::command::{Actor, Command, NewOrder};
    use jware_core::event::Event;
    use jware_core::instrument::{CollarRules, CurrencyDefinition, InstrumentDefinition, MarginRules, TradingSession, Venue};
    use jware_core::order::ExecType;
    use jware_core::order::{ClOrdId, OrderTerms, Side, TimeInForce};
    use jware_core::paper::PaperRules;
    use jware_core::units::{AccountId, AmountMinor, CurrencyId, InstrumentId, PriceTicks, QtyLots, Seq};

    const HOUR_NS: u64 = 3_600_000_000_000;
    const START_NS: u64 = 1_723_100_645_123_456_789;
    const SEEDS: u64 = 10_000;
    const JUMPS: u64 = 12;

    /// A core of which every command is stamped as the hub does it.
    struct Stamped {
        core: Core,
        now_ns: u64,
        /// The latest that the wall clock has ever said.
        latest_ns: u64,
        events: Vec<Event>,
    }

    impl Stamped {
        fn execute(&mut self, command: &Command) {
            self.latest_ns = self.latest_ns.max(self.now_ns);
            let before = self.core.ts();
            let ts = engine_time(self.now_ns, before);
            assert!(ts >= before && ts.0 <= self.latest_ns, "time goes back, or ahead of every clock");
            self.events.clear();
            self.core.apply(Seq(self.core.seq().0 + 1), ts, command, &mut self.events);
        }

        fn order(&mut self, name: &str, expire_ts: TsNs) {
            let mut terms = OrderTerms::limit(Side::Buy, QtyLots(1), PriceTicks(1000));
            terms.time_in_force = TimeInForce::Gtd;
            terms.expire_ts = expire_ts;
            self.execute(&Command::NewOrder(NewOrder {
                actor: Actor::default(),
                account: AccountId(1001),
                instrument: InstrumentId(7),
                cl_ord_id: ClOrdId::new(name.as_bytes()).expect("a short name"),
                terms,
            }));
        }
    }

    fn market() -> Stamped {
        let mut stamped = Stamped { core: Core::new(), now_ns: START_NS, latest_ns: START_NS, events: Vec::new() };
        let account = AccountId(1001);
        stamped.execute(&Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 6 }));
        stamped.execute(&Command::DefineInstrument(InstrumentDefinition {
            instrument: InstrumentId(7),
            symbol: "ACME".into(),
            name: "Acme".into(),
            asset_class: "equity".into(),
            venue: Venue::Internal,
            base_currency: "ACME".into(),
            quote_currency: CurrencyId(1),
            price_decimals: 2,
            tick_mantissa: 1,
            qty_decimals: 0,
            lot_mantissa: 1,
            tick_lot_minor: 10_000,
            qty_lots_min: QtyLots(1),
            qty_lots_max: QtyLots(100_000),
            notional_minor_max: AmountMinor(1_000_000_000_000),
            collar_bps: 1000,
            maker_fee_ppm: 0,
            taker_fee_ppm: 100,
            session: TradingSession::ROUND_THE_CLOCK,
            collar: CollarRules::default(),
            margin: MarginRules::default(),
            mark_stale_ns: 0,
            paper: PaperRules::default(),
        }));
        stamped.execute(&Command::OpenAccount { account, name: "PAPER-1".into() });
        let amount = AmountMinor(1_000_000_000_000);
        stamped.execute(&Command::Deposit {
            actor: Actor::default(),
            account,
            currency: CurrencyId(1),
            amount,
            reason: String::new(),
            reference: None,
        });
        stamped
    }

    /// The same numbers for the same seed (splitmix64).
    fn draw(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = *state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    #[test]
    fn a_clock_that_jumps_by_an_hour_ends_no_order_before_its_time_and_each_once_it_has_come() {
        for seed in 0..SEEDS {
            let mut random = seed;
            let mut stamped = market();
            let expire_ts = TsNs(START_NS + HOUR_NS + draw(&mut random) % HOUR_NS);
            stamped.order("gtd", expire_ts);
            assert_eq!(stamped.core.open_orders(AccountId(1001)).count(), 1, "seed {seed}: {:?}", stamped.events);
            for jump in 0..JUMPS {
                let by = draw(&mut random) % (2 * HOUR_NS);
                stamped.now_ns = (stamped.now_ns + by).saturating_sub(HOUR_NS);
                let was_open = stamped.core.open_orders(AccountId(1001)).count() == 1;
                stamped.execute(&Command::Tick);
                let is_open = stamped.core.open_orders(AccountId(1001)).count() == 1;
                let is_due = stamped.latest_ns >= expire_ts.0;
                assert_eq!(is_open, !is_due, "seed {seed}, jump {jump}: due {is_due}");
                let expired = stamped.events.iter().filter(|event| is_expiry(event)).count();
                assert_eq!(expired, usize::from(was_open && is_due), "seed {seed}, jump {jump}: told once");
            }
        }
    }

    fn is_expiry(event: &Event) -> bool {
        matches!(event, Event::Execution(execution) if execution.exec_type == ExecType::Expired)
    }
}
