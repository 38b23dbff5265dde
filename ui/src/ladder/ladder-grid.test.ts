import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, zoneAt } from "./ladder-columns.js";
import { LadderClick } from "./ladder-click.js";
import { fittingRowTicks, gather, LadderGrid } from "./ladder-grid.js";

function gridAt(midTicks: number, rowTicks: number, rowCount = 25): LadderGrid {
  const grid = new LadderGrid();
  grid.rowTicks = rowTicks;
  grid.resize(rowCount);
  grid.centre(midTicks, 0);
  return grid;
}

describe("the ladder's grid", () => {
  it("shows every price in a row that is never better than it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.constantFrom(1, 2, 5, 10, 100), (ticks, rowTicks) => {
        const grid = gridAt(ticks, rowTicks);
        const bidRow = grid.rowOf(ticks, false);
        const askRow = grid.rowOf(ticks, true);
        expect(grid.ticksOf(bidRow)).toBeLessThanOrEqual(ticks);
        expect(ticks - grid.ticksOf(bidRow)).toBeLessThan(rowTicks);
        expect(grid.ticksOf(askRow)).toBeGreaterThanOrEqual(ticks);
        expect(grid.ticksOf(askRow) - ticks).toBeLessThan(rowTicks);
      }),
    );
  });

  it("rises upwards and stands still until told to move", () => {
    const grid = gridAt(1000, 5);
    expect(grid.ticksOf(0)).toBeGreaterThan(grid.ticksOf(1));
    const before = grid.ticksOf(3);
    expect(grid.needsCentre(1000)).toBe(false);
    expect(grid.needsCentre(1100)).toBe(true);
    expect(grid.ticksOf(3)).toBe(before);
    grid.scroll(2, 77);
    expect(grid.ticksOf(3)).toBe(before + 10);
    expect(grid.movedMs).toBe(77);
  });

  it("keeps its middle when the window changes", () => {
    const grid = gridAt(1000, 1, 20);
    const middle = grid.ticksOf(10);
    grid.resize(40);
    expect(grid.ticksOf(20)).toBe(middle);
  });

  it("sums the levels of a row and loses none inside", () => {
    const grid = gridAt(1000, 10);
    const into = new Float64Array(25);
    const largest = gather(grid, new Float64Array([999, 5, 991, 7, 985, 2, 1, 100]), false, into);
    expect(into[grid.rowOf(999, false)]).toBe(12);
    expect(into[grid.rowOf(985, false)]).toBe(2);
    expect(largest).toBe(12);
    expect(into.reduce((sum, lots) => sum + lots, 0)).toBe(14);
    gather(grid, new Float64Array([1001, 3, 1009, 4]), true, into);
    expect(into[grid.rowOf(1010, true)]).toBe(7);
  });

  it("chooses rows so that the best levels of both sides fit", () => {
    const side = (first: number, step: number) =>
      new Float64Array(Array.from({ length: 40 }, (_, level) => [first + level * step, 1]).flat());
    expect(fittingRowTicks(side(1000, -1), side(1001, 1), 25)).toBe(1);
    expect(fittingRowTicks(side(100_000, -50), side(100_050, 50), 25)).toBe(50);
    expect(fittingRowTicks(new Float64Array(), new Float64Array(), 25)).toBe(1);
  });
});

describe("the ladder's columns", () => {
  it("cover the width: bid left, price in the middle, ask right", () => {
    const columns = columnsOf(250, 76);
    expect(zoneAt(columns, 0)).toBe("bid");
    expect(zoneAt(columns, columns.priceLeft - 1)).toBe("bid");
    expect(zoneAt(columns, columns.priceLeft)).toBe("price");
    expect(zoneAt(columns, columns.askLeft)).toBe("ask");
    expect(zoneAt(columns, 249)).toBe("ask");
    expect(columns.bidLeft).toBe(columns.right - columns.ownAskLeft);
  });
});

describe("a click on the ladder", () => {
  const cell = { row: 3, zone: "bid", ticks: 500 } as const;

  it("counts on release in the same cell", () => {
    const click = new LadderClick();
    click.down(cell);
    expect(click.up(cell, 1000, 0)).toEqual(cell);
    expect(click.up(cell, 1000, 0)).toBeUndefined();
  });

  it("does not count elsewhere, after leaving, or without a press", () => {
    const click = new LadderClick();
    click.down(cell);
    expect(click.up({ ...cell, row: 4 }, 1000, 0)).toBeUndefined();
    click.down(cell);
    expect(click.up({ ...cell, zone: "ask" }, 1000, 0)).toBeUndefined();
    click.down(cell);
    click.cancel();
    expect(click.up(cell, 1000, 0)).toBeUndefined();
  });

  it("is void if the grid moved meanwhile or within 250 ms before", () => {
    const click = new LadderClick();
    click.down(cell);
    expect(click.up({ ...cell, ticks: 505 }, 1000, 0)).toBe("moved");
    click.down(cell);
    expect(click.up(cell, 1000, 751)).toBe("moved");
    click.down(cell);
    expect(click.up(cell, 1000, 750)).toEqual(cell);
  });
});
