/**
 * An order's line that is dragged to another price. Who listens to the pointer, draws the ghost and sends is elsewhere.
 *
 * Invariant: what is dropped is one replace of the order as it was when it was taken, to the price that was shown: a fill, an end or
 * another change meanwhile voids it, and a pointer that hardly moved was a click.
 */
import { OrdType } from "@jware/schemas/wire";
import { isLive, lineTicks, type OrderRow } from "../state/own-orders.js";

/** A hand is not still: less than this is a click, pixels. */
const CLICK_PX = 4;

export interface Ghost {
  readonly key: string;
  readonly fromTicks: number;
  readonly toTicks: number;
}

export type Dropped =
  | { readonly kind: "click"; readonly key: string }
  /** Both as a replace takes them; `triggerTicks` only of an order that waits for one. */
  | { readonly kind: "move"; readonly row: OrderRow; readonly ticks: number; readonly triggerTicks: number | undefined }
  | { readonly kind: "void"; readonly problem: string };

/** Whether a line of this order can be taken: a trailing stop finds its own price, and one request at a time is on its way. */
export const isDraggable = (row: OrderRow): boolean =>
  isLive(row) && row.pending === undefined && row.ordType !== OrdType.TrailingStop && lineTicks(row) > 0;

export class LineDrag {
  private taken: { readonly row: OrderRow; readonly y: number } | undefined;
  private current: Ghost | undefined;

  take(row: OrderRow, y: number): void {
    this.taken = { row, y };
    this.current = undefined;
  }

  get isTaken(): boolean {
    return this.taken !== undefined;
  }

  /** The order whose line was taken. */
  get key(): string | undefined {
    return this.taken?.row.key;
  }

  /** Where the line would go; undefined while nothing is dragged. */
  get ghost(): Ghost | undefined {
    return this.current;
  }

  /** The pointer went to a place that stands for `ticks`. */
  move(y: number, ticks: number | undefined): void {
    if (this.taken === undefined || ticks === undefined || ticks < 1) return;
    if (this.current === undefined && Math.abs(y - this.taken.y) < CLICK_PX) return;
    const { row } = this.taken;
    this.current = { key: row.key, fromTicks: lineTicks(row), toTicks: ticks };
  }

  abort(): void {
    this.taken = undefined;
    this.current = undefined;
  }

  /** The pointer was let go; `now` is the order as it is by now. Undefined where nothing is to be done. */
  drop(now: OrderRow | undefined): Dropped | undefined {
    const { taken, current } = this;
    this.abort();
    if (taken === undefined) return undefined;
    if (current === undefined) return { kind: "click", key: taken.row.key };
    if (now === undefined || !isLive(now)) return { kind: "void", problem: "The order ended under the drag: nothing was sent" };
    if (now.cumLots !== taken.row.cumLots)
      return { kind: "void", problem: "The order was filled under the drag: nothing was sent" };
    if (now.pending !== undefined || lineTicks(now) !== current.fromTicks || now.orderLots !== taken.row.orderLots) {
      return { kind: "void", problem: "The order was changed under the drag: nothing was sent" };
    }
    const by = current.toTicks - current.fromTicks;
    if (by === 0) return undefined;
    const isAtTrigger = now.triggerTicks > 0 && current.fromTicks === now.triggerTicks;
    if (!isAtTrigger) return { kind: "move", row: now, ticks: now.ticks + by, triggerTicks: undefined };
    // A limit behind a trigger keeps its distance to it.
    const ticks = now.ticks === 0 ? 0 : now.ticks + by;
    if (now.ticks > 0 && ticks < 1)
      return { kind: "void", problem: "Its limit would be below the smallest price: nothing was sent" };
    return { kind: "move", row: now, ticks, triggerTicks: now.triggerTicks + by };
  }
}
