/**
 * A chart as SVG. Colours are classes, so that screen and paper have their own; every line also has a mark of its own shape, so that a
 * print without colour can be read.
 */
import type { Axis, Chart, Series } from "../figure.js";
import { escaped } from "./escape.js";
import { mappingOf, type Mapping, shortNumber } from "./scale.js";

const WIDTH = 640;
const LINES_HEIGHT = 300;
const MARGIN = { left: 62, right: 28, top: 10, bottom: 40 } as const;
const BAR_ROW = 24;
const BAR_LABEL_WIDTH = 220;
const BAR_VALUE_WIDTH = 90;
const MARK_SIZE = 3.5;
/** A line of more points has marks on some of them only. */
const MARKS_MAX = 12;

export function chartSvg(chart: Chart): string {
  const body = chart.kind === "lines" ? linesSvg(chart.x, chart.y, chart.series, chart.title) : barsSvg(chart);
  const legend = chart.kind === "lines" ? `<ul class="legend">${chart.series.map(legendItem).join("")}</ul>` : "";
  return `<figure class="chart"><figcaption>${escaped(chart.title)}</figcaption>${legend}${body}</figure>`;
}

const legendItem = ({ name }: Series, index: number): string =>
  `<li><svg viewBox="0 0 22 10" width="22" height="10" class="s${index}" aria-hidden="true"><path class="line" d="M0 5H22"/>${mark(index, 11, 5)}</svg>${escaped(name)}</li>`;

function linesSvg(x: Axis, y: Axis, series: readonly Series[], title: string): string {
  const points = series.flatMap((each) => each.points);
  const [across, up] = [
    mappingOf(
      x.scale,
      points.map(([value]) => value),
    ),
    mappingOf(
      y.scale,
      points.map(([, value]) => value),
    ),
  ];
  const [plotWidth, plotHeight] = [WIDTH - MARGIN.left - MARGIN.right, LINES_HEIGHT - MARGIN.top - MARGIN.bottom];
  const xAt = (value: number) => MARGIN.left + across.at(value) * plotWidth;
  const yAt = (value: number) => MARGIN.top + (1 - up.at(value)) * plotHeight;
  const lines = series.map(({ points }, index) => {
    const places = points.map(([px, py]) => [xAt(px), yAt(py)] as const);
    const path = places.map(([px, py], place) => `${place === 0 ? "M" : "L"}${short(px)} ${short(py)}`).join("");
    const every = Math.max(1, Math.ceil(places.length / MARKS_MAX));
    const marks = places.filter((_, place) => place % every === 0 || place === places.length - 1);
    return `<g class="s${index}"><path class="line" d="${path}"/>${marks.map(([px, py]) => mark(index, px, py)).join("")}</g>`;
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${LINES_HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    ...gridOf(across, up, xAt, yAt),
    `<text class="axis" x="${MARGIN.left + plotWidth / 2}" y="${LINES_HEIGHT - 6}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text class="axis" transform="translate(12 ${MARGIN.top + plotHeight / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...lines,
    "</svg>",
  ].join("");
}

function gridOf(across: Mapping, up: Mapping, xAt: (value: number) => number, yAt: (value: number) => number): readonly string[] {
  const [right, bottom] = [WIDTH - MARGIN.right, LINES_HEIGHT - MARGIN.bottom];
  return [
    ...up.ticks.map(({ value, text }) => {
      const at = short(yAt(value));
      return `<path class="grid" d="M${MARGIN.left} ${at}H${right}"/><text class="tick" x="${MARGIN.left - 6}" y="${at}" dy="0.32em" text-anchor="end">${text}</text>`;
    }),
    ...across.ticks.map(({ value, text }) => {
      const at = short(xAt(value));
      return `<path class="grid" d="M${at} ${MARGIN.top}V${bottom}"/><text class="tick" x="${at}" y="${bottom + 14}" text-anchor="middle">${text}</text>`;
    }),
  ];
}

function barsSvg({ bars, unit, title }: Extract<Chart, { kind: "bars" }>): string {
  const height = bars.length * BAR_ROW + 8;
  const most = Math.max(...bars.map(({ value, range }) => Math.max(value, range?.[1] ?? 0)), Number.MIN_VALUE);
  const room = WIDTH - BAR_LABEL_WIDTH - BAR_VALUE_WIDTH;
  const length = (value: number) => (value / most) * room;
  const rows = bars.map(({ name, value, range }, index) => {
    const top = 4 + index * BAR_ROW;
    const middle = top + BAR_ROW / 2;
    const spread =
      range === undefined
        ? ""
        : `<path class="spread" d="M${short(BAR_LABEL_WIDTH + length(range[0]))} ${middle}H${short(BAR_LABEL_WIDTH + length(range[1]))}"/>`;
    const end = BAR_LABEL_WIDTH + length(Math.max(value, range?.[1] ?? 0));
    return (
      `<text class="tick" x="${BAR_LABEL_WIDTH - 8}" y="${middle}" dy="0.32em" text-anchor="end">${escaped(name)}</text>` +
      `<rect class="bar" x="${BAR_LABEL_WIDTH}" y="${top + 4}" width="${short(Math.max(1, length(value)))}" height="${BAR_ROW - 8}"/>${spread}` +
      `<text class="tick value" x="${short(end + 6)}" y="${middle}" dy="0.32em">${shortNumber(value)} ${escaped(unit)}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">${rows.join("")}</svg>`;
}

/** A small shape: circle, square, triangle, diamond, cross, in turn. */
function mark(index: number, x: number, y: number): string {
  const size = MARK_SIZE;
  const [px, py] = [short(x), short(y)];
  switch (index % 5) {
    case 0:
      return `<circle class="mark" cx="${px}" cy="${py}" r="${size}"/>`;
    case 1:
      return `<rect class="mark" x="${short(x - size)}" y="${short(y - size)}" width="${size * 2}" height="${size * 2}"/>`;
    case 2:
      return `<path class="mark" d="M${px} ${short(y - size)}l${size} ${size * 2}h${-size * 2}z"/>`;
    case 3:
      return `<path class="mark" d="M${px} ${short(y - size - 1)}l${size + 1} ${size + 1}l${-size - 1} ${size + 1}l${-size - 1} ${-size - 1}z"/>`;
    default:
      return `<path class="mark open" d="M${short(x - size)} ${short(y - size)}l${size * 2} ${size * 2}m0 ${-size * 2}l${-size * 2} ${size * 2}"/>`;
  }
}

const short = (value: number): string => String(Math.round(value * 10) / 10);
