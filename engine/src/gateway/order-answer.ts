/** The core's answers to order requests, read from ServerFrames into plain values that outlive the buffer. */
import {
  ExecutionReport,
  MassCancelReport,
  OrderValidation,
  Refusal,
  RequestKind,
  ServerBody,
  ServerFrame,
} from "@jware/schemas/wire";
import { limitScopeOf } from "@jware/schemas/limit-names";
import { tablesOf } from "@jware/schemas/table-list";
import { ByteBuffer } from "flatbuffers";
import { LIMIT_UNIT_NAMES, nameOf, type OrderFacts, orderFactsOf, type RefusalFacts } from "./order-facts.js";

/** One frame that answers a request. A request is often answered with several, in the order in which things happened. */
export type OrderAnswer =
  | { readonly kind: "order"; readonly order: OrderFacts; readonly origClOrdId: string }
  | { readonly kind: "massCanceled"; readonly canceledCount: number }
  | { readonly kind: "validated"; readonly validation: ValidationFacts }
  | { readonly kind: "refused"; readonly refusal: RefusalFacts; readonly isOfBatch: boolean };

export interface ValidationFacts {
  readonly refusals: readonly RefusalFacts[];
  /** Rules with figures that it passes. */
  readonly passed: readonly RefusalFacts[];
  readonly fills: readonly { readonly priceTicks: bigint; readonly qtyLots: bigint }[];
  /** 0 where there is none. */
  readonly priceTicks: bigint;
}

/** The last state of the order that some of these names are of; undefined where the answers tell of no such order. */
export function orderNamed(answers: readonly OrderAnswer[], ...names: readonly string[]): OrderFacts | undefined {
  const reports = answers.flatMap((answer) => (answer.kind === "order" ? [answer] : []));
  const first = reports.find(({ order, origClOrdId }) => names.includes(order.clOrdId) || names.includes(origClOrdId));
  return reports.findLast(({ order }) => order.orderId === first?.order.orderId)?.order;
}

/** The refusal of a request, by its name; the first of all where none is given. */
export const refusalOf = (answers: readonly OrderAnswer[], clOrdId?: string): RefusalFacts | undefined =>
  answers
    .flatMap((answer) => (answer.kind === "refused" ? [answer.refusal] : []))
    .find((refusal) => clOrdId === undefined || refusal.clOrdId === clOrdId);

/** Reads one frame; undefined for frames that answer no order request. */
export function readAnswer(frame: Uint8Array): OrderAnswer | undefined {
  const server = ServerFrame.getRootAsServerFrame(new ByteBuffer(frame));
  switch (server.bodyType()) {
    case ServerBody.ExecutionReport: {
      const report = server.body(new ExecutionReport()) as ExecutionReport;
      return { kind: "order", order: readOrder(report), origClOrdId: report.origClOrdId() ?? "" };
    }
    case ServerBody.MassCancelReport: {
      const report = server.body(new MassCancelReport()) as MassCancelReport;
      return { kind: "massCanceled", canceledCount: report.canceledCount() };
    }
    case ServerBody.OrderValidation:
      return { kind: "validated", validation: readValidation(server.body(new OrderValidation()) as OrderValidation) };
    case ServerBody.Refusal: {
      const refusal = server.body(new Refusal()) as Refusal;
      const isOfBatch = refusal.responseTo() === RequestKind.Batch;
      return { kind: "refused", refusal: readRefusal(refusal, refusal.instrument()), isOfBatch };
    }
    default:
      return undefined;
  }
}

function readOrder(report: ExecutionReport): OrderFacts {
  const late = report.refusal();
  const numbers = {
    orderId: report.orderId(),
    clOrdId: report.clOrdId() ?? "",
    instrument: report.instrument(),
    side: report.side(),
    ordType: report.ordType(),
    timeInForce: report.timeInForce(),
    ordStatus: report.ordStatus(),
    orderQtyLots: report.orderQtyLots(),
    priceTicks: report.priceTicks(),
    cumQtyLots: report.cumQtyLots(),
    leavesQtyLots: report.leavesQtyLots(),
    cumLotTicks: report.cumLotTicks(),
    createdTsNs: report.createdTsNs(),
    triggerPriceTicks: report.triggerPriceTicks(),
    triggerSource: report.triggerSource(),
    trailTicks: report.trailTicks(),
    trailBps: report.trailBps(),
    displayQtyLots: report.displayQtyLots(),
    cashQtyMinor: report.cashQtyMinor(),
    expireTsNs: report.expireTsNs(),
    postOnly: report.postOnly(),
    reduceOnly: report.reduceOnly(),
    selfTradePrevention: report.selfTradePrevention(),
    strategy: report.strategy(),
    deadlineTsNs: report.deadlineTsNs(),
    working: report.working(),
    listId: report.listId(),
    contingency: report.contingency(),
    queueAheadLots: report.queueAheadLots(),
  };
  return orderFactsOf(numbers, report.reason(), late === null ? undefined : readRefusal(late, report.instrument()));
}

function readValidation(validation: OrderValidation): ValidationFacts {
  const readRule = (rule: Refusal): RefusalFacts => readRefusal(rule, validation.instrument());
  return {
    refusals: tablesOf(validation.refusalsLength(), (index) => validation.refusals(index)).map(readRule),
    passed: tablesOf(validation.passedLength(), (index) => validation.passed(index)).map(readRule),
    fills: tablesOf(validation.fillsLength(), (index) => validation.fills(index)).map((fill) => ({
      priceTicks: fill.priceTicks(),
      qtyLots: fill.qtyLots(),
    })),
    priceTicks: validation.priceTicks(),
  };
}

const readRefusal = (refusal: Refusal, instrument: number): RefusalFacts => ({
  code: refusal.code(),
  rule: refusal.rule() ?? "",
  text: refusal.text() ?? "",
  transient: refusal.transient(),
  instrument,
  clOrdId: refusal.clOrdId() ?? "",
  unit: nameOf(LIMIT_UNIT_NAMES, refusal.unit()),
  limit: refusal.limit(),
  value: refusal.value(),
  headroom: refusal.headroom(),
  currency: refusal.currency() ?? "",
  scope: limitScopeOf(refusal.scope(), refusal.scopeAccount(), refusal.scopeId()),
});
