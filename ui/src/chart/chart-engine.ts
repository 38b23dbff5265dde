/**
 * The chart itself: series, panes and their colours, fed with bars in ticks.
 *
 * Prices go in as whole ticks and are printed by the instrument's own formatter, so nothing is rounded on the way. Live bars are
 * applied from the worker's message, not from an animation frame: the library draws them in the very next frame.
 */
import {
  CandlestickSeries,
  ColorType,
  createChart,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type MouseEventParams,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { withAlpha, type Palette } from "../app/palette.js";
import type { InstrumentFormat } from "../format/instrument-format.js";
import { shortNumber } from "../format/instrument-format.js";
import { clockText, dateTimeText } from "../format/time.js";
import { BAR } from "../stream/frame-batch.js";
import type { BarStore } from "./bar-store.js";
import { ema, EMA_LENGTH, rsi, RSI_LENGTH, sma, SMA_LENGTH, type Indicator } from "./indicators.js";
import { OwnLines } from "./own-lines.js";

type LineId = "sma" | "ema" | "rsi";

interface LineEntry {
  readonly indicator: Indicator;
  readonly series: ISeriesApi<"Line">;
}

const MS_PER_S = 1000;
const BARS_SHOWN = 120;
const DAY_S = 86_400;

const timeOf = (row: readonly number[]): UTCTimestamp => ((row[BAR.openMs] ?? 0) / MS_PER_S) as UTCTimestamp;

export class ChartEngine {
  readonly own = new OwnLines();
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<"Candlestick">;
  private volume: ISeriesApi<"Histogram"> | undefined;
  private readonly lines = new Map<LineId, LineEntry>();
  private format: InstrumentFormat | undefined;
  private palette: Palette;

  constructor(element: HTMLElement, palette: Palette) {
    this.palette = palette;
    this.chart = createChart(element, {
      autoSize: true,
      layout: { fontFamily: "system-ui, sans-serif", fontSize: 11, attributionLogo: false },
      timeScale: { timeVisible: true, rightOffset: 8, minBarSpacing: 1 },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { minimumWidth: 72 },
      localization: { timeFormatter: (time: Time) => `${dateTimeText(Number(time) * MS_PER_S)} UTC` },
      hoveredSeriesOnTop: false,
    });
    this.candles = this.chart.addSeries(CandlestickSeries, { priceLineWidth: 1 });
    this.candles.attachPrimitive(this.own);
    this.look(palette);
  }

  dispose(): void {
    this.chart.remove();
  }

  /** Instrument and interval: how prices and times are written. */
  describe(format: InstrumentFormat, intervalS: number): void {
    this.format = format;
    this.candles.applyOptions({
      priceFormat: { type: "custom", minMove: 1, formatter: (ticks: number) => format.price(Math.round(ticks)) },
    });
    for (const id of ["sma", "ema"] as const) this.formatLine(id);
    this.chart.applyOptions({
      timeScale: { secondsVisible: intervalS < 60, tickMarkFormatter: (time: Time) => tickMark(Number(time), intervalS) },
    });
  }

  look(palette: Palette): void {
    this.palette = palette;
    this.chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: palette.bg1 },
        textColor: palette.text2,
        panes: { separatorColor: palette.line, separatorHoverColor: palette.bg3 },
      },
      grid: { vertLines: { color: withAlpha(palette.line, 0.5) }, horzLines: { color: withAlpha(palette.line, 0.5) } },
      rightPriceScale: { borderColor: palette.line },
      timeScale: { borderColor: palette.line },
      crosshair: {
        vertLine: { color: palette.control, labelBackgroundColor: palette.bg3 },
        horzLine: { color: palette.control, labelBackgroundColor: palette.bg3 },
      },
    });
    this.candles.applyOptions({
      upColor: palette.bg1,
      downColor: palette.down,
      borderUpColor: palette.up,
      borderDownColor: palette.down,
      wickUpColor: palette.up,
      wickDownColor: palette.down,
      priceLineColor: palette.text2,
    });
    this.lines.get("sma")?.series.applyOptions({ color: palette.warn });
    this.lines.get("ema")?.series.applyOptions({ color: palette.accent });
    this.lines.get("rsi")?.series.applyOptions({ color: palette.accent });
  }

  /** Which indicators are shown; the data must be set again after. */
  choose(ids: readonly string[]): void {
    this.toggleLine("sma", ids, 0, () => sma(SMA_LENGTH), this.palette.warn);
    this.toggleLine("ema", ids, 0, () => ema(EMA_LENGTH), this.palette.accent);
    this.toggleVolume(ids.includes("volume"));
    this.toggleLine("rsi", ids, 1, () => rsi(RSI_LENGTH), this.palette.accent);
    const [main, lower] = this.chart.panes();
    main?.setStretchFactor(4);
    lower?.setStretchFactor(1);
  }

  /** All bars anew. `keepView` leaves the visible range where it is, `shift` bars having come in front. */
  setBars(bars: BarStore, keepView: boolean, shift = 0): void {
    const range = keepView ? this.chart.timeScale().getVisibleLogicalRange() : null;
    const rows = Array.from({ length: bars.count }, (_, index) => bars.at(index) ?? []);
    this.candles.setData(rows.map((row) => this.candle(row)));
    this.volume?.setData(rows.map((row) => this.volumeBar(row)));
    const closes = bars.column(BAR.close);
    for (const { indicator, series } of this.lines.values()) {
      const values = indicator.all(closes);
      series.setData(rows.map((row, index) => lineItem(timeOf(row), values[index])));
    }
    const timeScale = this.chart.timeScale();
    if (range !== null) timeScale.setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift });
    else if (rows.length > 0) timeScale.setVisibleLogicalRange({ from: rows.length - BARS_SHOWN, to: rows.length + 6 });
  }

  /** The last bar changed, or a new one was appended. */
  update(bars: BarStore, appended: boolean): void {
    const row = bars.last;
    if (row === undefined) return;
    this.candles.update(this.candle(row));
    this.volume?.update(this.volumeBar(row));
    if (this.lines.size === 0) return;
    const closes = appended ? bars.column(BAR.close) : undefined;
    for (const { indicator, series } of this.lines.values()) {
      if (closes !== undefined) indicator.all(closes);
      series.update(lineItem(timeOf(row), indicator.live(row[BAR.close] ?? 0)));
    }
  }

  onCrosshair(listener: (openMs: number | undefined) => void): void {
    this.chart.subscribeCrosshairMove((parameters: MouseEventParams<Time>) => {
      listener(parameters.time === undefined ? undefined : Number(parameters.time) * MS_PER_S);
    });
  }

  /** Called while the first bars are near the left edge. */
  onNearStart(listener: () => void): void {
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < 20) listener();
    });
  }

  /** The price at a height of the main pane, in whole ticks; undefined below it, and while there are no bars. */
  ticksAt(y: number): number | undefined {
    if (y > (this.chart.panes()[0]?.getHeight() ?? 0)) return undefined;
    const ticks = this.candles.coordinateToPrice(y);
    return ticks === null ? undefined : Math.round(ticks);
  }

  /** While an order's line is dragged the chart stands still under it. */
  hold(isHeld: boolean): void {
    this.chart.applyOptions({ handleScroll: { pressedMouseMove: !isHeld, horzTouchDrag: !isHeld, vertTouchDrag: !isHeld } });
  }

  scrollToNow(): void {
    this.chart.timeScale().scrollToRealTime();
  }

  private candle(row: readonly number[]) {
    return {
      time: timeOf(row),
      open: row[BAR.open] ?? 0,
      high: row[BAR.high] ?? 0,
      low: row[BAR.low] ?? 0,
      close: row[BAR.close] ?? 0,
    };
  }

  private volumeBar(row: readonly number[]) {
    const rose = (row[BAR.close] ?? 0) >= (row[BAR.open] ?? 0);
    return { time: timeOf(row), value: row[BAR.volume] ?? 0, color: withAlpha(rose ? this.palette.up : this.palette.down, 0.4) };
  }

  private toggleLine(id: LineId, ids: readonly string[], pane: number, make: () => Indicator, colour: string): void {
    const shown = this.lines.get(id);
    if (ids.includes(id) === (shown !== undefined)) return;
    if (shown !== undefined) {
      this.chart.removeSeries(shown.series);
      this.lines.delete(id);
      return;
    }
    const series = this.chart.addSeries(
      LineSeries,
      {
        color: colour,
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: id === "rsi",
        crosshairMarkerVisible: false,
      },
      pane,
    );
    if (id === "rsi") {
      series.applyOptions({ priceFormat: { type: "custom", minMove: 0.1, formatter: (value: number) => value.toFixed(1) } });
      for (const price of [30, 70]) {
        series.createPriceLine({
          price,
          color: this.palette.control,
          lineWidth: 1,
          lineStyle: LineStyle.Dashed,
          axisLabelVisible: false,
          title: "",
        });
      }
    }
    this.lines.set(id, { indicator: make(), series });
    this.formatLine(id);
  }

  private formatLine(id: LineId): void {
    const { format } = this;
    if (id === "rsi" || format === undefined) return;
    this.lines.get(id)?.series.applyOptions({
      priceFormat: { type: "custom", minMove: 1, formatter: (ticks: number) => format.price(Math.round(ticks)) },
    });
  }

  private toggleVolume(shown: boolean): void {
    if (shown === (this.volume !== undefined)) return;
    if (this.volume !== undefined) {
      this.chart.removeSeries(this.volume);
      this.volume = undefined;
      return;
    }
    this.volume = this.chart.addSeries(
      HistogramSeries,
      {
        priceScaleId: "volume",
        priceLineVisible: false,
        lastValueVisible: false,
        priceFormat: { type: "custom", minMove: 1, formatter: (lots: number) => this.volumeText(lots) },
      },
      0,
    );
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.2 } });
  }

  private volumeText(lots: number): string {
    const { format } = this;
    return format === undefined ? shortNumber(lots, 0) : format.shortQty(lots);
  }
}

/** A line item without a value is a gap of the library's own kind. */
const lineItem = (time: UTCTimestamp, value: number | undefined) => (value === undefined ? { time } : { time, value });

function tickMark(seconds: number, intervalS: number): string {
  const ms = seconds * MS_PER_S;
  if (intervalS >= DAY_S || seconds % DAY_S === 0) return new Date(ms).toISOString().slice(5, 10);
  return intervalS < 60 ? clockText(ms) : clockText(ms).slice(0, 5);
}
