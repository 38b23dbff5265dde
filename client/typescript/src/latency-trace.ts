/**
 * Where the time of a request went: the server's stages, with the client's own moments around them.
 *
 * A trace is found by the time at which its request was sent, which no other request of this client has. The server traces no more
 * than 64 requests at a time and tells traces in the order of its answers: what was sent before a told one and is not told by then
 * never is. What the client itself took is measured by a clock that does not step.
 */
import { type LatencyTrace as TraceFrame, RequestKind } from "@jware/schemas/wire";

/** Traces that are waited for at a time; of more the eldest are forgotten. */
const WAITING_MAX = 1_000;
const NS_PER_US = 1_000;
/** That much or more. */
const NS_TOLD_MAX = 0xffff_ffff;

export type TracedRequest =
  | "newOrder"
  | "cancel"
  | "replace"
  | "massCancel"
  | "control"
  | "newOrderList"
  | "batch"
  | "validate"
  | "unknown";

/** What each stage on the server took, us, in their order; absent where the request did not come there or did not wait for it. */
export interface LatencyStages {
  /** Waited for the core, verified, decoded. */
  readonly decoded: number;
  /** Checked by the core; absent where it was refused before, and for requests without checks. */
  readonly checked?: number;
  /** Matched and booked. */
  readonly matched?: number;
  /** Put into the journal's open batch. */
  readonly journalled?: number;
  /** The frames that follow from it encoded. */
  readonly encoded: number;
  /** Waited for the disk; absent in memory mode. */
  readonly durable?: number;
  /** Handed to the socket. */
  readonly written: number;
}

export interface LatencyTrace {
  readonly request: TracedRequest;
  readonly account?: string;
  /** Absent for batches, and for controls. */
  readonly clOrdId?: string;
  /** By this client's clock, ms since the UNIX epoch with microseconds as the fraction. */
  readonly sentTsMs: number;
  /** When the server took it from its socket, by the server's clock: the two agree as well as the machines' clocks do. */
  readonly readTsMs: number;
  /** When the request's answer, or the first of them, came, by this client's clock. */
  readonly receivedTsMs: number;
  readonly stagesUs: LatencyStages;
  /** From the read to the write: the sum of the stages. */
  readonly serverUs: number;
  /** From the send to the answer, by this client's clock. */
  readonly roundTripUs: number;
  /**
   * Round trip without the server: network, kernels and this client. Around 0 on one machine, where an answer can be here before the
   * server has noticed that it is written. Absent where the server took more than it can tell (4.29 s): its stages end there.
   */
  readonly outsideUs?: number;
}

/** A traced request of this client. */
export interface TraceStart {
  sentTsNs: bigint;
  sentMs: number;
  /** When its answer came; undefined before that. */
  receivedMs: number | undefined;
}

export class Tracer {
  readonly #waiting = new Map<bigint, TraceStart>();
  #lastSentTsNs = 0n;

  /** Notes that a request is sent now; gives its own time. */
  start(): TraceStart {
    const sentMs = performance.now();
    const tsNs = BigInt(Math.round((performance.timeOrigin + sentMs) * 1e3)) * 1_000n;
    const sentTsNs = tsNs > this.#lastSentTsNs ? tsNs : this.#lastSentTsNs + 1n;
    this.#lastSentTsNs = sentTsNs;
    const start: TraceStart = { sentTsNs, sentMs, receivedMs: undefined };
    this.#waiting.set(sentTsNs, start);
    const [eldest] = this.#waiting.keys();
    if (this.#waiting.size > WAITING_MAX && eldest !== undefined) this.#waiting.delete(eldest);
    return start;
  }

  /** The trace of a request of ours; undefined for one of another, or told before. */
  take(frame: TraceFrame, accountName: (account: number) => string): LatencyTrace | undefined {
    const start = this.#waiting.get(frame.sentTsNs());
    if (start === undefined) return undefined;
    for (const sentTsNs of this.#waiting.keys()) {
      this.#waiting.delete(sentTsNs);
      if (sentTsNs === start.sentTsNs) break;
    }
    return traceOf(frame, start, accountName);
  }

  /** Nothing that was sent before will be told: the connection was lost. */
  forget(): void {
    this.#waiting.clear();
  }
}

function traceOf(frame: TraceFrame, start: TraceStart, accountName: (account: number) => string): LatencyTrace {
  const receivedMs = start.receivedMs ?? performance.now();
  const serverUs = frame.writtenNs() / NS_PER_US;
  const roundTripUs = (receivedMs - start.sentMs) * 1e3;
  const clOrdId = frame.clOrdId();
  return {
    request: REQUESTS[frame.responseTo()] ?? "unknown",
    ...(frame.account() === 0 ? {} : { account: accountName(frame.account()) }),
    ...(clOrdId === null ? {} : { clOrdId }),
    sentTsMs: performance.timeOrigin + start.sentMs,
    readTsMs: Number(frame.readTsNs() / 1_000n) / 1e3,
    receivedTsMs: performance.timeOrigin + receivedMs,
    stagesUs: stagesOf(frame),
    serverUs,
    roundTripUs,
    ...(frame.writtenNs() === NS_TOLD_MAX ? {} : { outsideUs: roundTripUs - serverUs }),
  };
}

/** On the wire each stage is counted from the read. */
function stagesOf(frame: TraceFrame): LatencyStages {
  let last = 0;
  const took = (at: number): number => {
    const ns = at - last;
    last = at;
    return ns / NS_PER_US;
  };
  const stage = <Name extends string>(name: Name, at: number): Partial<Record<Name, number>> =>
    at === 0 ? {} : ({ [name]: took(at) } as Record<Name, number>);
  return {
    decoded: took(frame.decodedNs()),
    ...stage("checked", frame.checkedNs()),
    ...stage("matched", frame.matchedNs()),
    ...stage("journalled", frame.journalledNs()),
    encoded: took(frame.encodedNs()),
    ...stage("durable", frame.durableNs()),
    written: took(frame.writtenNs()),
  };
}

const REQUESTS: Readonly<Record<number, TracedRequest>> = {
  [RequestKind.NewOrder]: "newOrder",
  [RequestKind.Cancel]: "cancel",
  [RequestKind.Replace]: "replace",
  [RequestKind.MassCancel]: "massCancel",
  [RequestKind.Control]: "control",
  [RequestKind.NewOrderList]: "newOrderList",
  [RequestKind.Batch]: "batch",
  [RequestKind.Validate]: "validate",
};
