//! Everything that an order costs inside the process, between a frame that came in and the frames that go out.

use std::hint::black_box;

use jware_core::Core;
use jware_core::command::{Actor, Command};
use jware_core::event::Event;
use jware_core::order::ExecType;
use jware_core::record::RecordEncoder;
use jware_core::refusal::{Refusal, RequestKind};
use jware_core::units::{KeyId, Seq, SessionId, TsNs, UserId};
use jware_wire::{ClientEncoder, Encoder, FrameRefusal, Inbound, decode};

use crate::stage::{self, Placed, Setting};

const USER: UserId = UserId(7);

/// What a frame was answered with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer {
    /// Whether an order was accepted, changed or taken out.
    pub is_accepted: bool,
    /// Execution reports.
    pub report_count: u64,
    /// Those of them that tell a trade.
    pub trade_count: u64,
    /// Why it was not.
    pub refusal: Option<Refusal>,
}

/// Core, encoders and the clock that is given to them.
pub struct Platform {
    /// The state.
    pub core: Core,
    seq: u64,
    ts: u64,
    events: Vec<Event>,
    encoder: Encoder,
    records: RecordEncoder,
}

impl Platform {
    /// One with the stage set.
    pub fn new(setting: Setting) -> Self {
        let mut platform = Self {
            core: Core::new(),
            seq: 0,
            ts: 1_700_000_000_000_000_000,
            events: Vec::new(),
            encoder: Encoder::new(),
            records: RecordEncoder::default(),
        };
        for command in stage::commands(setting) {
            platform.apply(&command);
        }
        platform
    }

    fn apply(&mut self, command: &Command) {
        self.seq += 1;
        self.ts += 1_000;
        self.events.clear();
        self.core.apply(Seq(self.seq), TsNs(self.ts), command, &mut self.events);
        assert!(!matches!(self.events.first(), Some(Event::Refused { .. })), "the stage is set: {:?}", self.events);
    }

    /// Verifies and decodes a frame, carries it out, encodes its journal record and every frame that goes out.
    pub fn carry_out(&mut self, frame: &[u8]) -> Result<Answer, String> {
        let actor = Actor { user: USER, session: SessionId(1), key: KeyId(0) };
        let command = match decode(frame, actor) {
            Ok(Inbound::Command(command)) => command,
            other => return Err(format!("a frame was no command: {other:?}")),
        };
        self.seq += 1;
        self.ts += 1_000;
        self.events.clear();
        self.core.apply(Seq(self.seq), TsNs(self.ts), &command, &mut self.events);
        black_box(crc32c::crc32c(self.records.encode(&command)));
        let mut answer = Answer::default();
        for event in &self.events {
            let frame = match event {
                Event::Execution(execution) => {
                    let exec_type = execution.exec_type;
                    answer.is_accepted |= matches!(exec_type, ExecType::New | ExecType::Canceled | ExecType::Replaced);
                    answer.trade_count += u64::from(matches!(exec_type, ExecType::Trade));
                    answer.report_count += 1;
                    self.encoder.execution(execution, "", Seq(self.seq), TsNs(self.ts))
                }
                Event::Position(position) => self.encoder.position(position, TsNs(self.ts)),
                Event::Balance(balance) => self.encoder.balance(balance, "USD", TsNs(self.ts)),
                Event::Refused { refusal, .. } => {
                    answer.refusal = Some(*refusal);
                    self.encoder.refusal(&refused(event, *refusal), "", TsNs(self.ts))
                }
                _ => continue,
            };
            black_box(frame);
        }
        Ok(answer)
    }
}

/// The frame that an operation is sent as.
pub fn frame_of<'a>(maker: &'a mut ClientEncoder, placed: &Placed) -> &'a [u8] {
    match stage::command_of(placed) {
        Command::Cancel(request) => maker.cancel(&request),
        Command::NewOrder(request) => maker.new_order(&request),
        other => unreachable!("a flow has orders and cancels, not {other:?}"),
    }
}

fn refused(event: &Event, refusal: Refusal) -> FrameRefusal {
    let Event::Refused { request, account, instrument, cl_ord_id, orig_cl_ord_id, .. } = event else {
        return FrameRefusal::plain(RequestKind::Cancel, refusal);
    };
    FrameRefusal {
        request: *request,
        refusal,
        account: *account,
        instrument: *instrument,
        cl_ord_id: *cl_ord_id,
        orig_cl_ord_id: *orig_cl_ord_id,
    }
}
