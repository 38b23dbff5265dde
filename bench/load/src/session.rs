//! A logged-on connection to `/v1/orders`, and the check of what it brings: no gap in the account's sequence, no refusal.

use std::time::{SystemTime, UNIX_EPOCH};

use jware_core::command::{Actor, CancelOrder, NewOrder, OrderRef};
use jware_core::order::{ClOrdId, OrderTerms, Side};
use jware_core::units::{AccountId, InstrumentId, OrderId, PriceTicks, QtyLots};
use jware_wire::generated::{ExecutionReport, InstrumentList, LogonAck, Refusal, ServerFrame, root_as_server_frame};
use jware_wire::{ClientEncoder, LogonRequest};

use crate::load_error::LoadError;
use crate::options::Options;
use crate::socket::Socket;

/// What the session trades.
#[derive(Clone, Copy)]
pub struct Trading {
    account: AccountId,
    instrument: InstrumentId,
    qty: QtyLots,
    price: PriceTicks,
}

impl Trading {
    /// The limit order to buy that is measured.
    pub fn new_order(&self, name: ClOrdId) -> NewOrder {
        NewOrder {
            actor: Actor::default(),
            account: self.account,
            instrument: self.instrument,
            cl_ord_id: name,
            terms: OrderTerms::limit(Side::Buy, self.qty, self.price),
        }
    }

    /// Takes that order out again. The request has no name of its own, so its report carries the order's.
    pub fn cancel(&self, order: u64) -> CancelOrder {
        let target = OrderRef { order_id: OrderId(order), orig_cl_ord_id: ClOrdId::EMPTY };
        CancelOrder { actor: Actor::default(), account: self.account, cl_ord_id: ClOrdId::EMPTY, target }
    }

    /// Whether a report says that the order rests in the book, whole.
    pub fn is_new(&self, report: &ExecutionReport<'_>) -> bool {
        use jware_wire::generated::{ExecType, OrdStatus};
        report.exec_type() == ExecType::New && report.ord_status() == OrdStatus::New && report.leaves_qty_lots() == self.qty.0
    }

    /// Whether a report says that the order is out of the book, unfilled.
    pub fn is_canceled(report: &ExecutionReport<'_>) -> bool {
        use jware_wire::generated::{ExecType, OrdStatus};
        report.exec_type() == ExecType::Canceled && report.ord_status() == OrdStatus::Canceled && report.cum_qty_lots() == 0
    }
}

/// The account's sequence as this connection has seen it.
pub struct AccountSequence {
    account: u32,
    last: u64,
}

impl AccountSequence {
    /// Reads a frame after the logon: the execution report that it is, if it is one.
    pub fn read<'a>(&mut self, bytes: &'a [u8]) -> Result<Option<ExecutionReport<'a>>, LoadError> {
        let frame = frame_of(bytes)?;
        if let Some(report) = frame.body_as_execution_report() {
            self.advance(report.account(), report.account_seq())?;
            return Ok(Some(report));
        }
        if let Some(report) = frame.body_as_balance_report() {
            self.advance(report.account(), report.account_seq())?;
        } else if let Some(report) = frame.body_as_position_report() {
            self.advance(report.account(), report.account_seq())?;
        } else if let Some(status) = frame.body_as_account_status() {
            self.advance(status.account(), status.account_seq())?;
        } else {
            check_goes_on(frame)?;
        }
        Ok(None)
    }

    fn advance(&mut self, account: u32, seq: u64) -> Result<(), LoadError> {
        if account != self.account {
            return Ok(());
        }
        if seq != self.last + 1 {
            return Err(LoadError::Wrong(format!("account {account}: frame {seq} came after {}", self.last)));
        }
        self.last = seq;
        Ok(())
    }
}

/// A connection that may trade.
pub struct Session {
    /// The connection.
    pub socket: Socket,
    /// What it has seen.
    pub sequence: AccountSequence,
    /// What it trades.
    pub trading: Trading,
}

impl Session {
    /// Connects, logs on as the connection of this number does, and waits for the account's snapshot.
    pub fn log_on(options: &Options, connection: usize) -> Result<Self, LoadError> {
        let mut socket = Socket::connect(options.port, &options.path)?;
        let logon = LogonRequest {
            ticket: options.ticket.as_deref(),
            api_key: options.api_key_of(connection),
            heartbeat_ms: 0,
            cancel_on_disconnect: true,
            client_name: "jware-load",
        };
        socket.send(ClientEncoder::new().logon(&logon))?;
        let mut account = (options.account > 0).then_some(options.account);
        let mut traded = None;
        loop {
            let frame = frame_of(socket.receive()?)?;
            if let Some(ack) = frame.body_as_logon_ack() {
                account = account.or_else(|| first_account(ack));
            } else if let Some(list) = frame.body_as_instrument_list() {
                traded = Some(find_instrument(list, &options.symbol)?);
            } else if let Some(snapshot) = frame.body_as_account_snapshot() {
                if account != Some(snapshot.account()) {
                    continue;
                }
                let Some((instrument, qty_min)) = traded else {
                    return Err(LoadError::Wrong("the account came before the instruments".to_owned()));
                };
                let qty_lots = if options.qty_lots > 0 { options.qty_lots } else { qty_min };
                let trading = Trading {
                    account: AccountId(snapshot.account()),
                    instrument: InstrumentId(instrument),
                    qty: QtyLots(qty_lots),
                    price: PriceTicks(options.price_ticks),
                };
                let sequence = AccountSequence { account: snapshot.account(), last: snapshot.account_seq() };
                return Ok(Self { socket, sequence, trading });
            } else {
                check_goes_on(frame)?;
            }
        }
    }
}

/// A beginning of names that no earlier run has used: the time, in microseconds.
pub fn run_name() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("L{:x}", since_epoch.as_micros())
}

/// A client's name for an order. Those made here are short and plain.
pub fn order_name(text: &str) -> ClOrdId {
    ClOrdId::new(text.as_bytes()).expect("names of this program fit")
}

fn frame_of(bytes: &[u8]) -> Result<ServerFrame<'_>, LoadError> {
    root_as_server_frame(bytes).map_err(|error| LoadError::Wrong(format!("a frame of {} bytes: {error}", bytes.len())))
}

fn first_account(ack: LogonAck<'_>) -> Option<u32> {
    ack.accounts().and_then(|accounts| accounts.iter().next()).map(|account| account.account())
}

fn find_instrument(list: InstrumentList<'_>, symbol: &str) -> Result<(u32, i64), LoadError> {
    let mut instruments = list.instruments().into_iter().flatten();
    let found = instruments.find(|instrument| symbol.is_empty() || instrument.symbol() == Some(symbol));
    let instrument = found.ok_or_else(|| LoadError::Wrong(format!("the server has no instrument {symbol:?}")))?;
    Ok((instrument.instrument(), instrument.qty_lots_min()))
}

/// Frames that are neither of an account nor an end are none of our business; refusals and ends are.
pub fn check_goes_on(frame: ServerFrame<'_>) -> Result<(), LoadError> {
    if let Some(refusal) = frame.body_as_refusal() {
        return Err(LoadError::Wrong(refusal_text(refusal)));
    }
    if let Some(logout) = frame.body_as_logout() {
        return Err(LoadError::Closed(format!("{} {}", logout.code(), logout.text().unwrap_or_default())));
    }
    Ok(())
}

fn refusal_text(refusal: Refusal<'_>) -> String {
    let (rule, text) = (refusal.rule().unwrap_or_default(), refusal.text().unwrap_or_default());
    format!("refused by {} {rule}: {text} (limit {}, value {})", refusal.code(), refusal.limit(), refusal.value())
}
