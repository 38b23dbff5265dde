/**
 * What the page itself can say of a draft before it is sent: whether the fields can be read, the static limits of the
 * instrument, what it will cost. The engine has the last word; this only saves a round trip.
 */
import { OrdType, Side } from "@jware/schemas/wire";
import type { InstrumentFormat } from "../format/instrument-format.js";

export interface TicketFields {
  readonly side: Side;
  readonly ordType: OrdType;
  readonly qtyText: string;
  readonly priceText: string;
  /** Where an order without a price of its own is worth something: its trigger; 0 = none. */
  readonly triggerTicks?: number;
}

export interface Touch {
  readonly bidTicks: number;
  readonly askTicks: number;
}

export interface TicketCheck {
  /** 0 where the text cannot be read. */
  readonly lots: number;
  readonly ticks: number;
  readonly qtyProblem: string;
  readonly priceProblem: string;
  /** Worth at the limit price, or at the touch for a market order; minor units. */
  readonly worthMinor: bigint;
  readonly feeMinor: bigint;
  /** Whether it would trade at once. */
  readonly crosses: boolean;
}

const PPM = 1_000_000n;
const WITH_PRICE: readonly OrdType[] = [OrdType.Limit, OrdType.StopLimit, OrdType.LimitIfTouched];

export function checkTicket(fields: TicketFields, format: InstrumentFormat, touch: Touch): TicketCheck {
  const { info } = format;
  const qty = format.parseQty(fields.qtyText);
  const price = format.parsePrice(fields.priceText);
  const hasPrice = WITH_PRICE.includes(fields.ordType);
  const isImmediate = fields.ordType === OrdType.Market || fields.ordType === OrdType.Limit;
  const lots = qty.ok ? qty.units : 0;
  const ticks = !hasPrice || !price.ok ? 0 : price.units;
  const far = fields.side === Side.Buy ? touch.askTicks : touch.bidTicks;
  const reaches = far > 0 && ticks > 0 && (fields.side === Side.Buy ? ticks >= far : ticks <= far);
  const crosses = isImmediate && (!hasPrice || reaches);
  const worthMinor = format.notional(hasPrice ? ticks : (fields.triggerTicks ?? 0) || far, lots);
  const feePpm = BigInt(crosses || !hasPrice ? info.takerFeePpm : info.makerFeePpm);
  return {
    lots,
    ticks,
    qtyProblem: qtyProblem(qty, format),
    priceProblem: !hasPrice ? "" : price.ok ? (price.units > 0 ? "" : "Price must be above 0") : price.problem,
    worthMinor,
    feeMinor: (worthMinor * feePpm) / PPM,
    crosses,
  };
}

function qtyProblem(qty: ReturnType<InstrumentFormat["parseQty"]>, format: InstrumentFormat): string {
  if (!qty.ok) return qty.problem;
  const { qtyLotsMin, qtyLotsMax } = format.info;
  if (qty.units < qtyLotsMin) return `Qty is below ${format.qty(qtyLotsMin)}`;
  return qty.units > qtyLotsMax ? `Qty is above ${format.qty(qtyLotsMax)}` : "";
}
