// HOT: up to sixty times a second. One pass over the rows, no gradients, no measuring of text.
/** Draws the ladder. Side is told by column and bar direction as well as by colour. */
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { Palette } from "../app/palette.js";
import { withAlpha } from "../app/palette.js";
import type { Columns, Zone } from "./ladder-columns.js";
import type { LadderGrid } from "./ladder-grid.js";

/** Own orders of one row and side. */
export interface OwnAt {
  readonly lots: number;
  readonly pending: boolean;
  /** All of them wait for a trigger here: nothing of it is in the book. */
  readonly waits: boolean;
  /** What trades before the first of them in line; undefined = not known, or nothing of it is in the book. */
  readonly aheadLots: number | undefined;
}

export interface LadderScene {
  readonly grid: LadderGrid;
  readonly columns: Columns;
  readonly rowHeight: number;
  readonly format: InstrumentFormat;
  readonly bids: Float64Array;
  readonly asks: Float64Array;
  readonly bidMax: number;
  readonly askMax: number;
  readonly traded: Float64Array;
  readonly tradedMax: number;
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly lastTicks: number;
  readonly lastSide: number;
  readonly ownBids: ReadonlyMap<number, OwnAt>;
  readonly ownAsks: ReadonlyMap<number, OwnAt>;
  /** Average price of the position, ticks; undefined = flat. */
  readonly averageTicks: number | undefined;
  readonly hover: { readonly row: number; readonly zone: Zone } | undefined;
  readonly cursorRow: number | undefined;
  readonly armed: boolean;
  readonly stale: boolean;
  readonly modifier: boolean;
}

const BAR_ALPHA = 0.22;
const INSIDE_ALPHA = 0.1;

export function paintLadder(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  palette: Palette,
  scene: LadderScene,
): void {
  const { grid, rowHeight } = scene;
  context.fillStyle = palette.bg1;
  context.fillRect(0, 0, width, height);
  context.font = `12px ${palette.mono}`;
  context.textBaseline = "middle";
  for (let row = 0; row < grid.rowCount; row++) paintRow(context, row, palette, scene);
  context.fillStyle = palette.line;
  const { bidLeft, priceLeft, askLeft, ownAskLeft } = scene.columns;
  for (const x of [bidLeft - 1, priceLeft, askLeft - 1, ownAskLeft]) context.fillRect(x, 0, 1, grid.rowCount * rowHeight);
  paintEdges(context, palette, scene);
  if (scene.stale) paintStale(context, height, palette);
}

function paintRow(context: CanvasRenderingContext2D, row: number, palette: Palette, scene: LadderScene): void {
  const { grid, rowHeight, columns, format } = scene;
  const y = row * rowHeight;
  const middle = y + rowHeight / 2 + 0.5;
  const ticks = grid.ticksOf(row);
  if (ticks <= 0) return;
  const bidRow = scene.bestBid > 0 ? grid.rowOf(scene.bestBid, false) : Number.POSITIVE_INFINITY;
  const askRow = scene.bestAsk > 0 ? grid.rowOf(scene.bestAsk, true) : Number.NEGATIVE_INFINITY;
  const text = scene.stale ? palette.text3 : palette.text1;

  if (row > askRow && row < bidRow) {
    context.fillStyle = palette.bg2;
    context.fillRect(columns.priceLeft + 1, y, columns.askLeft - columns.priceLeft - 2, rowHeight);
  }
  if (row >= bidRow) {
    context.fillStyle = withAlpha(palette.up, row === bidRow ? INSIDE_ALPHA * 1.6 : INSIDE_ALPHA * 0.5);
    context.fillRect(columns.bidLeft, y, columns.priceLeft - columns.bidLeft, rowHeight);
  }
  if (row <= askRow) {
    context.fillStyle = withAlpha(palette.down, row === askRow ? INSIDE_ALPHA * 1.6 : INSIDE_ALPHA * 0.5);
    context.fillRect(columns.askLeft, y, columns.ownAskLeft - columns.askLeft, rowHeight);
  }
  paintTraded(context, row, palette, scene);
  paintHover(context, row, palette, scene);

  paintSize(context, row, true, palette, scene, text);
  paintSize(context, row, false, palette, scene, text);

  paintPrice(context, row, ticks, bidRow, askRow, palette, scene);
  context.fillStyle = withAlpha(palette.line, 0.5);
  context.fillRect(0, y + rowHeight - 1, columns.right, 1);

  const ownBid = scene.ownBids.get(row);
  if (ownBid !== undefined) paintOwn(context, 1, columns.bidLeft - 2, middle, ownBid, palette.fillUp, palette, format);
  const ownAsk = scene.ownAsks.get(row);
  if (ownAsk !== undefined) {
    paintOwn(
      context,
      columns.ownAskLeft + 1,
      columns.right - columns.ownAskLeft - 2,
      middle,
      ownAsk,
      palette.fillDown,
      palette,
      format,
    );
  }
  if (scene.cursorRow === row) {
    context.strokeStyle = palette.accent;
    context.lineWidth = 2;
    context.strokeRect(1, y + 1, columns.right - 2, rowHeight - 2);
  }
}

function paintSize(
  context: CanvasRenderingContext2D,
  row: number,
  bid: boolean,
  palette: Palette,
  scene: LadderScene,
  text: string,
): void {
  const lots = (bid ? scene.bids : scene.asks)[row] ?? 0;
  if (lots <= 0) return;
  const { columns, rowHeight, format } = scene;
  const y = row * rowHeight;
  const largest = Math.max(1, bid ? scene.bidMax : scene.askMax);
  const room = (bid ? columns.priceLeft - columns.bidLeft : columns.ownAskLeft - columns.askLeft) - 1;
  const long = Math.max(2, Math.round((lots / largest) * room));
  context.fillStyle = withAlpha(bid ? palette.up : palette.down, BAR_ALPHA);
  context.fillRect(bid ? columns.priceLeft - long : columns.askLeft, y + 1, long, rowHeight - 2);
  context.fillStyle = text;
  context.textAlign = bid ? "right" : "left";
  context.fillText(format.shortQty(lots), bid ? columns.priceLeft - 4 : columns.askLeft + 4, y + rowHeight / 2 + 0.5);
}

function paintTraded(context: CanvasRenderingContext2D, row: number, palette: Palette, scene: LadderScene): void {
  const lots = scene.traded[row] ?? 0;
  if (lots <= 0) return;
  const room = scene.columns.askLeft - scene.columns.priceLeft - 2;
  context.fillStyle = withAlpha(palette.control, 0.28);
  const long = Math.max(1, Math.round((lots / Math.max(1, scene.tradedMax)) * room));
  context.fillRect(scene.columns.priceLeft + 1, (row + 1) * scene.rowHeight - 3, long, 2);
}

function paintPrice(
  context: CanvasRenderingContext2D,
  row: number,
  ticks: number,
  bidRow: number,
  askRow: number,
  palette: Palette,
  scene: LadderScene,
): void {
  const { columns, rowHeight, grid, format } = scene;
  const y = row * rowHeight;
  const centre = (columns.priceLeft + columns.askLeft) / 2;
  const lastRow = scene.lastTicks > 0 ? Math.round(grid.top - scene.lastTicks / grid.rowTicks) : -1;
  if (row === lastRow) {
    context.fillStyle = palette.bg3;
    context.fillRect(columns.priceLeft + 1, y, columns.askLeft - columns.priceLeft - 2, rowHeight - 1);
    // A wedge at the side that traded: up for a buyer, down for a seller.
    context.fillStyle = scene.lastSide === 2 ? palette.down : palette.up;
    wedge(context, columns.priceLeft + 2, y + rowHeight / 2, scene.lastSide !== 2);
  }
  const inside = row === bidRow || row === askRow;
  context.font = `${inside || row === lastRow ? "bold " : ""}12px ${palette.mono}`;
  context.textAlign = "center";
  context.fillStyle = scene.stale
    ? palette.text3
    : row === bidRow
      ? palette.up
      : row === askRow
        ? palette.down
        : row === lastRow
          ? palette.text1
          : palette.text2;
  context.fillText(format.price(ticks), centre, y + rowHeight / 2 + 0.5);
  context.font = `12px ${palette.mono}`;
  if (scene.averageTicks !== undefined && Math.round(grid.top - scene.averageTicks / grid.rowTicks) === row) {
    context.fillStyle = palette.accent;
    context.fillRect(columns.priceLeft + 1, y, 3, rowHeight - 1);
    context.fillRect(columns.askLeft - 4, y, 3, rowHeight - 1);
  }
}

function paintHover(context: CanvasRenderingContext2D, row: number, palette: Palette, scene: LadderScene): void {
  const { hover, columns, rowHeight } = scene;
  if (hover?.row !== row) return;
  const y = row * rowHeight;
  context.fillStyle = withAlpha(palette.text3, 0.16);
  context.fillRect(0, y, columns.right, rowHeight);
  if (hover.zone === "price") return;
  context.strokeStyle = scene.armed ? palette.warn : palette.control;
  context.lineWidth = 1;
  const left = hover.zone === "bid" ? 0 : columns.askLeft;
  const wide = hover.zone === "bid" ? columns.priceLeft : columns.right - columns.askLeft;
  context.setLineDash(scene.armed ? [] : [3, 2]);
  context.strokeRect(left + 0.5, y + 0.5, wide - 1, rowHeight - 1.5);
  context.setLineDash([]);
}

/** Own quantity in the outer column of its side: filled when it works, dashed where it waits or an answer is awaited. */
function paintOwn(
  context: CanvasRenderingContext2D,
  left: number,
  wide: number,
  middle: number,
  own: OwnAt,
  fill: string,
  palette: Palette,
  format: InstrumentFormat,
): void {
  const hollow = own.pending || own.waits;
  context.fillStyle = hollow ? palette.bg1 : fill;
  context.fillRect(left, middle - 7.5, wide, 14);
  if (hollow) {
    context.strokeStyle = own.pending ? palette.warn : fill;
    context.lineWidth = 1;
    context.setLineDash([3, 2]);
    context.strokeRect(left + 0.5, middle - 7, wide - 1, 13);
    context.setLineDash([]);
  }
  context.fillStyle = own.pending ? palette.warn : own.waits ? palette.text1 : palette.onFill;
  context.textAlign = "center";
  context.font = `11px ${palette.mono}`;
  context.fillText(ownText(own, format), left + wide / 2, middle, wide - 2);
  context.font = `12px ${palette.mono}`;
}

/** Quantity, and behind it what is ahead in the queue: `0.5 ‹12`. */
export const ownText = (own: OwnAt, format: InstrumentFormat): string =>
  own.aheadLots === undefined ? format.chipQty(own.lots) : `${format.chipQty(own.lots)} ‹${format.chipQty(own.aheadLots)}`;

/** Where the market is when it is outside of the grid. */
function paintEdges(context: CanvasRenderingContext2D, palette: Palette, scene: LadderScene): void {
  const { grid, columns, rowHeight, bestBid, bestAsk } = scene;
  if (bestBid <= 0 || bestAsk <= 0) return;
  const above = grid.rowOf(bestBid, false) < 0;
  const below = grid.rowOf(bestAsk, true) >= grid.rowCount;
  if (!above && !below) return;
  const y = above ? 0 : (grid.rowCount - 1) * rowHeight;
  context.fillStyle = palette.accent;
  context.fillRect(0, y, columns.right, rowHeight);
  context.fillStyle = palette.bg1;
  context.textAlign = "center";
  context.fillText(`market ${above ? "above" : "below"} · Space centres`, columns.right / 2, y + rowHeight / 2);
}

/** A violet edge: what is shown may be old. */
function paintStale(context: CanvasRenderingContext2D, height: number, palette: Palette): void {
  context.fillStyle = palette.stale;
  context.fillRect(0, 0, 3, height);
}

function wedge(context: CanvasRenderingContext2D, x: number, y: number, up: boolean): void {
  const tip = up ? -3.5 : 3.5;
  context.beginPath();
  context.moveTo(x, y - tip);
  context.lineTo(x + 6, y - tip);
  context.lineTo(x + 3, y + tip);
  context.fill();
}
