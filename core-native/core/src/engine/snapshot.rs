//! The whole state as bytes, and back: a snapshot and the commands after it are as good as all commands.
//!
//! Canonical: equal states have equal bytes, and nothing of slots, links, indices of groups or the order of hash maps is in
//! them. What can be derived (indices, when orders end, who is watched) is derived again. The head names the format and the
//! core's version and holds a checksum of the rest and the state hash, so that bytes that were damaged, cut or written by other
//! rules are refused before anything is made of them, and a state that does not come out as it went in is refused too.
//!
//! Cost: the whole state is walked, as for its hash.

mod of_state;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::late::LateState;
use super::linked::MEMBERS_MAX;
use super::transit::Sent;
use super::{CORE_VERSION, Core, Instrument, UsersTotal};
use crate::account::{Account, Balance, Exposure, Leg, Position, SortedMap, Transfer};
use crate::bar::BarSet;
use crate::book::{Book, NIL, key_of};
use crate::command::{AccountKind, Actor, BookState, PositionMode, TradingState};
use crate::fee::FeeBook;
use crate::instrument::{CurrencyDefinition, InstrumentDefinition};
use crate::limit::LimitRules;
use crate::name::{NameRule, Names, PastName};
use crate::order::{ClOrdId, Contingency, Order, Side};
use crate::trade::{EndedOrder, FillRecord};
use crate::units::{AccountId, CurrencyId, InstrumentId, OrderId, PriceTicks, SelfTradeGroup, Seq, SessionId, StrategyId, TsNs};

/// What a snapshot begins with.
const MAGIC: [u8; 4] = *b"JWSN";
/// Names the format of the bytes.
const FORMAT_VERSION: u32 = 1;
/// Magic, format, core version, checksum, state hash.
const HEAD_BYTES: usize = 4 + 4 + 4 + 8 + 8;

/// Why bytes are no snapshot of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// They do not begin like one.
    NotASnapshot,
    /// Written in another format, or by a core with other rules.
    OtherVersion {
        /// Format of the bytes.
        format: u32,
        /// Version of the core that wrote them.
        core: u32,
    },
    /// The checksum is not that of the rest.
    Damaged,
    /// The checksum is right and the content is not: what does not fit.
    Inconsistent(&'static str),
}

impl core::fmt::Display for SnapshotError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::NotASnapshot => write!(formatter, "these bytes are no snapshot"),
            Self::OtherVersion { format, core } => write!(
                formatter,
                "this snapshot has format {format} of core {core}; this core reads format {FORMAT_VERSION} of core {CORE_VERSION}"
            ),
            Self::Damaged => write!(formatter, "this snapshot is damaged: its checksum is not right"),
            Self::Inconsistent(what) => write!(formatter, "this snapshot contradicts itself: {what}"),
        }
    }
}

impl core::error::Error for SnapshotError {}

/// The state, each thing once, in an order of its own. `N` is past names, of which there are most: where they are when they are
/// written, a list when they are read.
#[derive(Serialize, Deserialize)]
struct State<N> {
    seq: Seq,
    ts: TsNs,
    last_order_id: u64,
    last_exec_id: u64,
    last_trade_id: u64,
    currencies: Vec<CurrencyDefinition>,
    firm_state: TradingState,
    strategy_states: BTreeMap<(AccountId, StrategyId), TradingState>,
    cancel_on_disconnect: BTreeMap<(SessionId, AccountId), Actor>,
    transfers: BTreeMap<(AccountId, ClOrdId), Transfer>,
    limits: LimitRules,
    fees: FeeBook,
    exposures: Vec<Exposure>,
    accounts: Vec<AccountState>,
    instruments: Vec<InstrumentState>,
    lists: Vec<ListState>,
    /// Requests on their way to a venue: how many were ever sent; when each arrives, its number, and what it is.
    sent_count: u64,
    sent: Vec<(TsNs, u64, Sent)>,
    /// What venues have said and is not told yet, in the same way.
    said_count: u64,
    said: Vec<(TsNs, u64, LateState)>,
    /// By id. The index of an order's group is its list's place above, `NIL` where it has none.
    orders: Vec<OrderState>,
    name_rule: NameRule,
    /// Oldest first.
    past_names: N,
    /// Oldest first.
    fills: Vec<FillRecord>,
    /// Oldest first.
    ended: Vec<EndedOrder>,
}

#[derive(Serialize, Deserialize)]
struct AccountState {
    id: AccountId,
    name: String,
    state: TradingState,
    kind: AccountKind,
    position_mode: PositionMode,
    self_trade_group: SelfTradeGroup,
    base_currency: CurrencyId,
    account_seq: u64,
    balances: SortedMap<CurrencyId, Balance>,
    positions: SortedMap<(InstrumentId, Leg), Position>,
}

#[derive(Serialize, Deserialize)]
struct InstrumentState {
    definition: InstrumentDefinition,
    state: BookState,
    trading_state: TradingState,
    last_price: PriceTicks,
    marked_ts: TsNs,
    bars: BarSet,
    users: UsersTotal,
    anchor: Option<(i64, TsNs)>,
    /// What traded at each signed price since its level was shown, by price, and how many durations were drawn; none where
    /// nothing is kept.
    paper: Option<(Vec<(i64, i64)>, u64)>,
    /// Price, shown, available; best first.
    house: [Vec<(PriceTicks, i64, i64)>; 2],
    /// Best first.
    queues: [Vec<QueueState>; 2],
    /// Trailing stops that follow the market, by id.
    trailing: Vec<OrderId>,
}

/// Our orders at one price, first in line first.
#[derive(Serialize, Deserialize)]
struct QueueState {
    price: PriceTicks,
    house_passed: i64,
    orders: Vec<QueuedState>,
}

#[derive(Serialize, Deserialize)]
struct QueuedState {
    id: OrderId,
    shown: i64,
    hidden: i64,
    display: i64,
    house_mark: i64,
}

#[derive(Serialize, Deserialize)]
struct ListState {
    contingency: Contingency,
    members: [(OrderId, bool); MEMBERS_MAX],
}

#[derive(Serialize, Deserialize)]
struct OrderState {
    order: Order,
    /// Indices of account and instrument, which are by order of opening and definition.
    owner: u32,
    instrument: u32,
}

/// Past names as the list of them, without making one.
struct PastNames<'a>(&'a Names);

impl Serialize for PastNames<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.past_count()))?;
        for past in self.0.past() {
            list.serialize_element(past)?;
        }
        list.end()
    }
}

/// Takes bytes as long as they are those that are expected.
struct Expected<'a>(&'a [u8]);

impl Write for Expected<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

impl Core {
    /// The whole state as bytes, to be read by [`Core::restore`].
    pub fn snapshot(&self) -> Vec<u8> {
        let mut bytes = vec![0; HEAD_BYTES];
        bytes.extend(postcard::to_allocvec(&self.to_state()).expect("core types serialise"));
        let checksum = xxh3_64(&bytes[HEAD_BYTES..]);
        let mut head = Vec::with_capacity(HEAD_BYTES);
        head.extend(MAGIC);
        head.extend(FORMAT_VERSION.to_le_bytes());
        head.extend(CORE_VERSION.to_le_bytes());
        head.extend(checksum.to_le_bytes());
        head.extend(self.state_hash().to_le_bytes());
        bytes[..HEAD_BYTES].copy_from_slice(&head);
        bytes
    }

    /// The core that a snapshot was made of.
    ///
    /// # Errors
    /// [`SnapshotError`] where the bytes are not exactly what [`Core::snapshot`] gave, or another version did.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        Self::restore_with(bytes, 0, |one, other| (one(), other()))
    }

    /// The same with a key as of [`Core::with_name_key`]. Whether the state is the one that was written is two questions, each of which walks all
    /// of it: `ask` has both answered, in any order or at once.
    ///
    /// # Errors
    /// As [`Core::restore`].
    pub fn restore_with(
        bytes: &[u8],
        name_key: u64,
        ask: impl FnOnce(&(dyn Fn() -> bool + Sync), &(dyn Fn() -> bool + Sync)) -> (bool, bool),
    ) -> Result<Self, SnapshotError> {
        let (head, body) = bytes.split_at_checked(HEAD_BYTES).ok_or(SnapshotError::NotASnapshot)?;
        let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("four bytes"));
        let long = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        if head[..4] != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        if (word(4), word(8)) != (FORMAT_VERSION, CORE_VERSION) {
            return Err(SnapshotError::OtherVersion { format: word(4), core: word(8) });
        }
        if xxh3_64(body) != long(12) {
            return Err(SnapshotError::Damaged);
        }
        let (state, rest) =
            postcard::take_from_bytes::<State<Vec<PastName>>>(body).map_err(|_| SnapshotError::Inconsistent("the content"))?;
        if !rest.is_empty() {
            return Err(SnapshotError::Inconsistent("more bytes than content"));
        }
        let core = Self::of_state(state, name_key).map_err(SnapshotError::Inconsistent)?;
        let has_its_hash = || core.state_hash() == long(20);
        // What no hash covers (who trails, how much an iceberg displays) has come out as it went in, too.
        let is_as_written = || matches!(postcard::to_io(&core.to_state(), Expected(body)), Ok(Expected([])));
        match ask(&has_its_hash, &is_as_written) {
            (false, _) => Err(SnapshotError::Inconsistent("the state hash")),
            (true, false) => Err(SnapshotError::Inconsistent("it is not written as it would be")),
            (true, true) => Ok(core),
        }
    }

    fn to_state(&self) -> State<PastNames<'_>> {
        let lists = self.groups.by_list();
        let place_of: BTreeMap<OrderId, u32> = (0..).zip(&lists).map(|(place, list)| (list.list(), place)).collect();
        let orders = self.orders.slots_by_id().into_iter().map(|slot| {
            let order = self.orders.get(slot);
            let group = self.groups.get(order.group).map_or(NIL, |group| place_of[&group.list()]);
            let resting = self.orders.resting.get(slot);
            OrderState { order: Order { group, ..order.clone() }, owner: resting.owner, instrument: resting.instrument }
        });
        State {
            seq: self.seq,
            ts: self.ts,
            last_order_id: self.last_order_id,
            last_exec_id: self.last_exec_id,
            last_trade_id: self.last_trade_id,
            currencies: self.currencies.clone(),
            firm_state: self.firm_state,
            strategy_states: self.strategy_states.clone(),
            cancel_on_disconnect: self.cancel_on_disconnect.clone(),
            transfers: self.transfers.clone(),
            limits: self.limits.clone(),
            fees: self.fees.clone(),
            exposures: self.exposures.clone(),
            accounts: self.accounts.iter().map(account_state).collect(),
            instruments: self.instruments.iter().map(|instrument| self.instrument_state(instrument)).collect(),
            lists: lists
                .into_iter()
                .map(|list| ListState { contingency: list.contingency, members: list.live_members() })
                .collect(),
            sent_count: self.transit.requests().count(),
            sent: self.transit.requests().in_order().into_iter().map(|(due, number, sent)| (due, number, sent.clone())).collect(),
            said_count: self.late.count(),
            said: self.late.in_order().into_iter().map(|(due, number, late)| (due, number, LateState::of(late))).collect(),
            orders: orders.collect(),
            name_rule: self.names.rule(),
            past_names: PastNames(&self.names),
            fills: self.trades.fills().copied().collect(),
            ended: self.trades.ended().copied().collect(),
        }
    }

    fn instrument_state(&self, instrument: &Instrument) -> InstrumentState {
        let id_of = |slot: u32| self.orders.resting.get(slot).order_id;
        let trailing = instrument.triggers.as_ref().map_or(&[][..], |triggers| &triggers.trailing);
        let mut trailing: Vec<OrderId> = trailing.iter().map(|&slot| id_of(slot)).collect();
        trailing.sort_unstable();
        InstrumentState {
            definition: instrument.definition.clone(),
            state: instrument.state,
            trading_state: instrument.trading_state,
            last_price: instrument.last_price,
            marked_ts: instrument.marked_ts,
            bars: instrument.bars.clone(),
            users: instrument.users,
            anchor: instrument.anchor,
            paper: instrument.paper.as_ref().map(|paper| (paper.traded_by_key(), paper.draw_count)),
            house: SIDES.map(|side| {
                let levels = instrument.book.side(side).house.iter();
                levels.map(|(key, level)| (PriceTicks(key.abs()), level.shown, level.available)).collect()
            }),
            queues: SIDES.map(|side| {
                instrument.book.own_prices(side).map(|price| self.queue_state(&instrument.book, side, price)).collect()
            }),
            trailing,
        }
    }

    fn queue_state(&self, book: &Book, side: Side, price: PriceTicks) -> QueueState {
        let orders = book.queue_at(&self.orders.resting, side, price).map(|slot| {
            let reserve = self.orders.resting.reserves[slot as usize];
            let resting = self.orders.resting.get(slot);
            QueuedState {
                id: resting.order_id,
                shown: resting.shown,
                hidden: reserve.hidden,
                display: reserve.display,
                house_mark: reserve.house_mark,
            }
        });
        let house_passed = book.side(side).queue.level(key_of(side, price)).expect("it has orders").house_passed;
        QueueState { price, house_passed, orders: orders.collect() }
    }
}

fn account_state(account: &Account) -> AccountState {
    AccountState {
        id: account.id,
        name: account.name.clone(),
        state: account.state,
        kind: account.kind,
        position_mode: account.position_mode,
        self_trade_group: account.self_trade_group,
        base_currency: account.base_currency,
        account_seq: account.account_seq,
        balances: account.balances.clone(),
        positions: account.positions.clone(),
    }
}
