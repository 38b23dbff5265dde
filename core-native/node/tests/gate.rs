//! In durable mode nothing of a command leaves before it is on disk. The one core of this process runs over a real journal.

use jware_core::command::{Actor, Command};
use jware_core::instrument::CurrencyDefinition;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, KeyId, UserId};
use jware_node::hub::{self, AckMode};
use jware_node::session::{Session, SessionRoute};

const ACCOUNT: AccountId = AccountId(1001);
const ROUNDS: usize = 300;

#[test]
fn no_frame_of_a_command_leaves_before_it_is_durable() {
    let dir = std::env::temp_dir().join(format!("jware-gate-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    let hub = hub::start(dir.to_str().unwrap(), AckMode::Durable, Some(1 << 20)).unwrap();
    let outbox = hub.open_outbox(Box::new(|| {}));
    let mut state = hub.state.lock();
    let session = state.next_session();
    let heard = Session {
        outbox,
        route: SessionRoute::Orders,
        live: true,
        user: UserId(1),
        key: KeyId(0),
        grants: Vec::new(),
        credential: None,
        cancel_on_disconnect: false,
        topics: Vec::new(),
        opened_ts_ns: 0,
        heard_ts_ns: 0,
        heartbeat_ms: 0,
    };
    state.sessions.insert(session, heard);
    state.account_sessions.insert(ACCOUNT.0, vec![session]);
    hub.execute(&mut state, &Command::DefineCurrency(CurrencyDefinition { code: "USD".into(), decimals: 2 }));
    hub.execute(&mut state, &Command::OpenAccount { account: ACCOUNT, name: "PAPER-1".into() });
    let deposit =
        Command::Deposit { actor: Actor::default(), account: ACCOUNT, currency: CurrencyId(1), amount: AmountMinor(100) };
    let mut buffer = vec![0; 1 << 16];
    for round in 0..ROUNDS {
        let (seq, ts) = hub.execute(&mut state, &deposit);
        hub.route(&mut state, None, seq, ts);
        let mut drained = 0;
        let mut take = |state: &mut hub::State| state.outboxes[outbox].as_mut().unwrap().drain(hub.released_seq(), &mut buffer);
        while drained == 0 {
            drained = take(&mut state);
            // Read after the drain: what left must have been durable when it did.
            let durable_seq = hub.journal.durable_seq();
            assert!(drained == 0 || durable_seq >= seq, "round {round}: a frame of {seq} left, {durable_seq} is durable");
            if drained == 0 {
                hub.journal.wait_durable(seq).unwrap();
            }
        }
        assert_eq!(take(&mut state), 0, "one frame tells one balance");
    }
    drop(state);
    hub.stop().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
}
