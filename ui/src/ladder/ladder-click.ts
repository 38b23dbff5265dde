/**
 * When a press on the ladder counts. Sent on release, in the same cell, and only if the grid did not move in the 250 ms before:
 * what was under the finger is what is meant.
 */
import type { Zone } from "./ladder-columns.js";

export interface Cell {
  readonly row: number;
  readonly zone: Zone;
  readonly ticks: number;
}

const SETTLED_MS = 250;

export class LadderClick {
  private pressed: Cell | undefined;

  down(cell: Cell): void {
    this.pressed = cell;
  }

  cancel(): void {
    this.pressed = undefined;
  }

  /** The cell meant, or why the click is void; undefined where nothing was pressed. */
  up(cell: Cell, nowMs: number, gridMovedMs: number): Cell | "moved" | undefined {
    const { pressed } = this;
    this.pressed = undefined;
    if (pressed === undefined) return undefined;
    if (pressed.row !== cell.row || pressed.zone !== cell.zone) return undefined;
    if (pressed.ticks !== cell.ticks || nowMs - gridMovedMs < SETTLED_MS) return "moved";
    return cell;
  }
}
