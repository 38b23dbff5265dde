/**
 * Own working orders, the position's average price and the account's fills, drawn by one primitive on the candle series.
 *
 * Views are cache keys of the library: the same arrays are given back every time. Fills are drawn here and not as the library's
 * markers, which copy all their data on each hover.
 */
import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  PrimitiveHoveredItem,
  ISeriesApi,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";

export interface OwnLine {
  /** Of a line that can be dragged: the order's. */
  readonly key?: string;
  readonly ticks: number;
  readonly text: string;
  readonly colour: string;
  readonly textColour: string;
  readonly dashed: boolean;
  readonly axisText: string;
}

export interface OwnFill {
  /** Open time of the bar that it falls into, seconds. */
  readonly barS: number;
  readonly ticks: number;
  readonly bought: boolean;
  readonly colour: string;
}

type Target = Parameters<IPrimitivePaneRenderer["draw"]>[0];

const CHIP_HEIGHT = 16;
/** How near the pointer must be to take a line, pixels. */
const TAKE_PX = 5;

export class OwnLines implements ISeriesPrimitive<Time> {
  private lines: readonly OwnLine[] = [];
  private fills: readonly OwnFill[] = [];
  private chart: IChartApi | undefined;
  private series: ISeriesApi<"Candlestick"> | undefined;
  private requestUpdate: (() => void) | undefined;
  private axis: ISeriesPrimitiveAxisView[] = [];
  private readonly views: readonly IPrimitivePaneView[];

  constructor() {
    const renderer: IPrimitivePaneRenderer = { draw: (target) => this.draw(target) };
    this.views = [{ zOrder: () => "top", renderer: () => renderer }];
  }

  attached(parameters: SeriesAttachedParameter<Time>): void {
    this.chart = parameters.chart as IChartApi;
    this.series = parameters.series as ISeriesApi<"Candlestick">;
    this.requestUpdate = parameters.requestUpdate;
  }

  detached(): void {
    this.chart = undefined;
    this.series = undefined;
    this.requestUpdate = undefined;
  }

  set(lines: readonly OwnLine[], fills: readonly OwnFill[]): void {
    this.lines = lines;
    this.fills = fills;
    this.axis = lines.map((line) => ({
      coordinate: () => this.series?.priceToCoordinate(line.ticks) ?? -100,
      text: () => line.axisText,
      textColor: () => line.textColour,
      backColor: () => line.colour,
    }));
    this.requestUpdate?.();
  }

  /** The nearest line that can be dragged, of those within reach. */
  lineAt(y: number): OwnLine | undefined {
    let nearest: OwnLine | undefined;
    let reach = TAKE_PX;
    for (const line of this.lines) {
      const at = line.key === undefined ? undefined : this.series?.priceToCoordinate(line.ticks);
      if (at === undefined || at === null || Math.abs(at - y) > reach) continue;
      reach = Math.abs(at - y);
      nearest = line;
    }
    return nearest;
  }

  hitTest(_x: number, y: number): PrimitiveHoveredItem | null {
    const line = this.lineAt(y);
    return line?.key === undefined ? null : { externalId: line.key, cursorStyle: "ns-resize", zOrder: "top", hitTestPriority: 1 };
  }

  updateAllViews(): void {
    // Everything is computed while drawing.
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.axis;
  }

  private draw(target: Target): void {
    target.useMediaCoordinateSpace(({ context, mediaSize }) => {
      context.font = "11px system-ui, sans-serif";
      context.textBaseline = "middle";
      const taken: { y: number; left: number }[] = [];
      for (const line of this.lines) this.drawLine(context, mediaSize.width, line, taken);
      for (const fill of this.fills) this.drawFill(context, fill);
    });
  }

  /** A line and its chip; chips that would cover one another go side by side. */
  private drawLine(context: CanvasRenderingContext2D, width: number, line: OwnLine, taken: { y: number; left: number }[]): void {
    const y = this.series?.priceToCoordinate(line.ticks);
    if (y === null || y === undefined) return;
    context.strokeStyle = line.colour;
    context.lineWidth = 1;
    context.setLineDash(line.dashed ? [4, 3] : []);
    context.beginPath();
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(width, Math.round(y) + 0.5);
    context.stroke();
    context.setLineDash([]);
    const wide = context.measureText(line.text).width + 10;
    const beside = taken.filter((chip) => Math.abs(chip.y - y) < CHIP_HEIGHT).map((chip) => chip.left);
    const left = Math.max(4, Math.min(width - 4, ...beside) - wide - 4);
    taken.push({ y, left });
    context.fillStyle = line.colour;
    context.fillRect(left, y - CHIP_HEIGHT / 2, wide, CHIP_HEIGHT);
    context.fillStyle = line.textColour;
    context.textAlign = "left";
    context.fillText(line.text, left + 5, y + 0.5);
  }

  private drawFill(context: CanvasRenderingContext2D, fill: OwnFill): void {
    const x = this.chart?.timeScale().timeToCoordinate(fill.barS as Time);
    const y = this.series?.priceToCoordinate(fill.ticks);
    if (x === null || x === undefined || y === null || y === undefined) return;
    const tip = fill.bought ? 7 : -7;
    context.fillStyle = fill.colour;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x - 5, y + tip);
    context.lineTo(x + 5, y + tip);
    context.fill();
  }
}
