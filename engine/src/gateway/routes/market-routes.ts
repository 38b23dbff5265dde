/** Instruments, books and bars. */
import { Type } from "../json-shape.js";
import type { BarView, InstrumentView, LimitView } from "@jware/core-native";
import { formatDecimal, formatUnits } from "@jware/schemas";
import { formatPrice, formatQty, priceScale, qtyScale } from "../instrument-catalog.js";
import type { FastifyRequest } from "fastify";
import type { BarRow } from "../history.js";
import { bindsAccount, limitJson } from "../limit-json.js";
import { actsWidely, principalOf, ROLE_ACTIONS } from "../permission.js";
import { ApiError, isDatabaseError } from "../problem.js";
import type { App, Services } from "../services.js";
import type { LimitJson } from "../shapes/limits.js";
import { Bar, BarsQuery, Book, BookQuery, Instrument, INTERVALS } from "../shapes/markets.js";
import { problems, SIGNED } from "./documented.js";

const BARS_DEFAULT = 500;
const BARS_MAX = 5000;
const DEPTH_DEFAULT = 20;
const access = { kind: "user", action: "market.read" } as const;

export function addMarketRoutes(app: App, services: Services): void {
  const { core, catalog, history, now } = services;

  const known = (symbol: string): InstrumentView => {
    const instrument = catalog.bySymbol(symbol);
    if (instrument === undefined) throw new ApiError("NOT_FOUND", "There is no instrument of this symbol.");
    return instrument;
  };

  /** The limits on orders in an instrument, as far as who asks may see them. */
  const limitsSeenBy = (request: FastifyRequest): ((view: InstrumentView) => LimitJson[]) => {
    const principal = principalOf(request);
    const seesAll = actsWidely(principal);
    const seen = ROLE_ACTIONS[principal.role].has("limits.read")
      ? principal.accounts.filter(({ permissions }) => permissions.includes("risk"))
      : [];
    if (!seesAll && seen.length === 0) return () => [];
    const views = core.queryLimits().filter((view) => view.instrument !== 0);
    const isSeen = (view: LimitView) => seesAll || seen.some(({ account }) => bindsAccount(view, account));
    const nameOf = (account: number) => catalog.accountName(account);
    // A limit in an account's base currency is for no instrument.
    const noBase = () => undefined;
    return ({ instrument }) =>
      views
        .filter((view) => view.instrument === instrument && isSeen(view))
        .map((view) => limitJson(view, nameOf, catalog, noBase));
  };

  app.get(
    "/api/v1/instruments",
    {
      config: { access },
      schema: {
        tags: ["market"],
        summary: "List instruments",
        description:
          "With their ticks, lots, sizes, collar, margin, fees, session, limits of their own, book state and last price.",
        security: SIGNED,
        response: { 200: Type.Object({ instruments: Type.Array(Instrument) }), ...problems(401, 403) },
      },
    },
    async (request) => {
      const limits = limitsSeenBy(request);
      return { instruments: catalog.all().map((view) => instrumentJson(view, limits(view))) };
    },
  );

  app.get(
    "/api/v1/book",
    {
      config: { access },
      schema: {
        tags: ["market"],
        summary: "Read a book",
        description: "The best levels of each side now.",
        security: SIGNED,
        querystring: BookQuery,
        response: { 200: Book, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const instrument = known(request.query.symbol);
      const book = core.queryBook(instrument.instrument, Number(request.query.depth ?? DEPTH_DEFAULT));
      if (book === undefined) throw new ApiError("NOT_FOUND", "There is no book of this symbol.");
      const level = ([price, qty]: readonly [number, number]): [string, string] => [
        formatPrice(price, instrument),
        formatQty(qty, instrument),
      ];
      return {
        symbol: instrument.symbol,
        seq: book.seq,
        state: book.state,
        bids: book.bids.map(level),
        asks: book.asks.map(level),
      };
    },
  );

  app.get(
    "/api/v1/bars",
    {
      config: { access },
      schema: {
        tags: ["market"],
        summary: "Read bars",
        description:
          "Oldest first, the current one last with closed = false; the newest 5000 of the range at most. `complete` is false while the database is away and only recent bars are at hand.",
        security: SIGNED,
        querystring: BarsQuery,
        response: { 200: Type.Object({ bars: Type.Array(Bar), complete: Type.Boolean() }), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const instrument = known(request.query.symbol);
      const intervalS = INTERVALS[request.query.interval];
      const toTsMs = request.query.to === undefined ? now() + 1 : readMoment(request.query.to);
      const fromTsMs =
        request.query.from === undefined ? Math.max(toTsMs - BARS_DEFAULT * intervalS * 1000, 0) : readMoment(request.query.from);
      if (fromTsMs >= toTsMs) throw new ApiError("VALIDATION_FAILED", "querystring .from must be before .to");
      const live = core.queryBars(instrument.instrument, intervalS, fromTsMs, toTsMs);
      const { rows, complete } = await closedBars(services, () =>
        history.bars(instrument.instrument, intervalS, fromTsMs, toTsMs, BARS_MAX),
      );
      return { bars: mergeBars(rows, live, instrument, intervalS, now()).slice(-BARS_MAX), complete };
    },
  );
}

/** The database's bars, or none where it is away: a chart of the last hours is better than no chart. */
async function closedBars(services: Services, read: () => Promise<BarRow[]>) {
  try {
    return { rows: await read(), complete: true };
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    services.logger.warn({ err: error }, "bars come from the core alone; the database is away");
    return { rows: [], complete: false };
  }
}

/** Bars of both sources by open time; where both have one, the core's counts. */
function mergeBars(
  rows: readonly BarRow[],
  live: readonly BarView[],
  instrument: InstrumentView,
  intervalS: number,
  nowTsMs: number,
) {
  const price = (ticks: number | bigint) => formatPrice(ticks, instrument);
  const json = (bar: BarRow | BarView, closed: boolean) => ({
    openTsMs: bar.openTsMs,
    open: price(bar.openTicks),
    high: price(bar.highTicks),
    low: price(bar.lowTicks),
    close: price(bar.closeTicks),
    volume: formatQty(bar.volumeLots, instrument),
    tradeCount: bar.tradeCount,
    closed,
  });
  const byOpen = new Map(rows.map((bar) => [bar.openTsMs, json(bar, true)]));
  const isClosed = (bar: BarView, index: number) => index < live.length - 1 || bar.openTsMs + intervalS * 1000 <= nowTsMs;
  live.forEach((bar, index) => {
    byOpen.set(bar.openTsMs, json(bar, isClosed(bar, index)));
  });
  return [...byOpen.values()].sort((a, b) => a.openTsMs - b.openTsMs);
}

/** Milliseconds of a moment as BarsQuery allows it. A date that the calendar does not have is refused. */
function readMoment(text: string): number {
  const tsMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(tsMs)) throw new ApiError("VALIDATION_FAILED", `querystring: ${text} is no moment`);
  return tsMs;
}

const instrumentJson = (view: InstrumentView, limits: LimitJson[]) => ({
  id: view.instrument,
  symbol: view.symbol,
  name: view.name,
  assetClass: view.assetClass,
  venue: view.venue,
  baseCurrency: view.baseCurrency,
  quoteCurrency: view.quoteCurrency,
  tickSize: formatUnits(1, priceScale(view)),
  lotSize: formatUnits(1, qtyScale(view)),
  priceDecimals: view.priceDecimals,
  qtyDecimals: view.qtyDecimals,
  minQty: formatQty(view.qtyLotsMin, view),
  maxQty: formatQty(view.qtyLotsMax, view),
  maxNotional: formatDecimal(BigInt(view.notionalMinorMax), view.currencyDecimals),
  collarBps: view.collarBps,
  makerFeePpm: view.makerFeePpm,
  takerFeePpm: view.takerFeePpm,
  bookState: view.bookState,
  tradingState: view.tradingState,
  session: view.session,
  collar: {
    bps: view.collarBps,
    reference: view.collar.reference,
    ticks: view.collar.ticks === 0 ? null : view.collar.ticks,
    windowBps: view.collar.windowBps === 0 ? null : view.collar.windowBps,
    windowMs: view.collar.windowMs === 0 ? null : view.collar.windowMs,
  },
  margin: view.margin,
  limits,
  paper: view.paper,
  lastPx: view.lastTicks === 0 ? null : formatPrice(view.lastTicks, view),
});
