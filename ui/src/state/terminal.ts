/**
 * The page's state and its wiring: worker batches in, signals and topics out, the desk beside them. One per signed-in session.
 *
 * Invariant: a batch is applied whole inside one Solid `batch`, in the worker's message, so no effect ever sees half a frame.
 */
import { BookState, ScopeKind, TradingState } from "@jware/schemas/wire";
import { batch, createMemo, createSignal, type Accessor } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { formatsOf, type InstrumentFormat } from "../format/instrument-format.js";
import { localRefusal, refusalView } from "../format/refusal-text.js";
import type { Api } from "../session/api.js";
import { QUOTE, type FrameBatch, type StreamStatus } from "../stream/frame-batch.js";
import type { AccountInfo, OwnEvent, RefusalEvent, SnapshotEvent } from "../stream/own-event.js";
import { startStream, type StreamClient } from "../stream/stream-client.js";
import { AccountBooks, type AccountBook } from "./account-books.js";
import { Arming, type ArmView } from "./arming.js";
import { fetchFills, fetchOrderEnds } from "./history.js";
import { MarketFeed } from "./market-feed.js";
import { withoutOld, withToast, type RefusalNotice, type Toast } from "./notices.js";
import { OrderDesk, tabPrefix, type Origin, type Sent } from "./order-desk.js";
import { isInBook, OwnOrders, SIDE_TEXT, type FillRow, type OrderRow } from "./own-orders.js";
import { ProbeRecorder } from "./probe.js";
import { RiskNotes, type RiskNote } from "./risk-notes.js";
import { QUEUE_REFRESH_MS, QueueWatch, type QueueAhead } from "./queue-ahead.js";
import { QuoteBoard } from "./quote-board.js";
import { loadSettings, saveSettings, type Settings } from "./settings.js";
import { presetsFor } from "./size-presets.js";
import { freshness, type Freshness } from "./stale-lock.js";

const SLOW_TICK_MS = 250;

export type Terminal = ReturnType<typeof createTerminal>;

export function createTerminal(api: Api, wsUrl: string) {
  const [settings, setSettingsSignal] = createSignal<Settings>(loadSettings(localStorage));
  const setSettings = (change: Partial<Settings>): void => {
    const next = { ...settings(), ...change };
    setSettingsSignal(next);
    saveSettings(localStorage, next);
  };

  const feed = new MarketFeed();
  const quotes = new QuoteBoard();
  const orders = new OwnOrders();
  const books = new AccountBooks();
  const probe = new ProbeRecorder();
  const risk = new RiskNotes({
    accountName: (id) => accounts().find((each) => each.id === id)?.name ?? String(id),
    format: (id) => formatOf(id),
    currencyDecimals: (code) => formats().find(({ info }) => info.quoteCurrency === code)?.info.currencyDecimals,
  });

  const [formats, setFormats] = createSignal<readonly InstrumentFormat[]>([]);
  const [accounts, setAccounts] = createSignal<readonly AccountInfo[]>([]);
  const [accountId, setAccountId] = createSignal(0);
  const [symbolId, setSymbolId] = createSignal(0);
  const [status, setStatus] = createSignal<StreamStatus>();
  const [lock, setLock] = createSignal<Freshness>({ state: "down", why: "connecting" }, { equals: sameLock });
  const [arm, setArm] = createSignal<ArmView>({ armed: false, why: "" });
  const [accountBook, setAccountBook] = createSignal<AccountBook>(books.of(0));
  const [orderRows, setOrderRows] = createStore<{ rows: OrderRow[] }>({ rows: [] });
  const [fills, setFills] = createSignal<readonly FillRow[]>([]);
  const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
  const [announcement, setAnnouncement] = createSignal("");
  const [refusal, setRefusal] = createSignal<RefusalNotice>();
  const [lastRefusal, setLastRefusal] = createSignal<RefusalNotice>();
  const [durable, setDurable] = createSignal(true);
  const [riskNotes, setRiskNotes] = createSignal<readonly RiskNote[]>([]);
  const [slowTick, setSlowTick] = createSignal(0);
  const [sizeLots, setSizeLots] = createSignal(0);
  const [ownPresets, setOwnPresets] = createSignal<{ instrument: number; lots: readonly number[] }>({ instrument: 0, lots: [] });
  const [lastGoodMs, setLastGoodMs] = createSignal(0);
  const [queueAhead, setQueueAhead] = createSignal<QueueAhead>(new Map());

  /** Instruments in which trading is halted; 0 = all trading. */
  const [haltedPlaces, setHaltedPlaces] = createSignal<ReadonlySet<number>>(new Set());
  const haltText = (): string => {
    if (haltedPlaces().has(0)) return "All trading is halted";
    return haltedPlaces().has(symbolId()) ? `${format()?.info.symbol ?? "The instrument"} is halted` : "";
  };

  const origins = new Map<string, Origin>();
  let reconciled = false;
  let ordersDirty = false;
  let lastSlowMs = 0;
  let shownAtMs = performance.now();
  let stream: StreamClient | undefined;

  const indexById = createMemo(() => new Map(formats().map((format, index) => [format.info.id, index])));
  const indexOf = (instrument: number): number => indexById().get(instrument) ?? -1;
  const formatOf = (instrument: number): InstrumentFormat | undefined => formats()[indexOf(instrument)];
  const formatOfSymbol = (symbol: string): InstrumentFormat | undefined => formats().find(({ info }) => info.symbol === symbol);
  const format: Accessor<InstrumentFormat | undefined> = createMemo(() => formatOf(symbolId()));
  const symbolIndex = createMemo(() => indexOf(symbolId()));
  const accountNameOf = (id: number): string | undefined => accounts().find((each) => each.id === id)?.name;
  const account = createMemo(() => accounts().find(({ id }) => id === accountId()));

  const arming = new Arming(setArm);
  const desk = new OrderDesk(
    orders,
    {
      view: () => ({
        account: account(),
        format: format(),
        armed: arming.armed,
        freshness: lock(),
        tradingState: accountBook().state,
        halted: haltText(),
        linesLive: status()?.orders.state === "live",
      }),
      send: (request) => stream?.send({ kind: "request", request }),
      sent: (request, origin) => {
        origins.set(request.clOrdId, origin);
        if (request.kind === "new-list") for (const order of request.orders) origins.set(order.clOrdId, origin);
        if (request.kind === "new-order" || request.kind === "new-list") arming.ordered(performance.now());
      },
      changed: () => flushOrders(),
      nowMs: () => Date.now(),
    },
    tabPrefix((bytes) => crypto.getRandomValues(bytes)),
  );

  function toast(tone: Toast["tone"], text: string): void {
    setToasts((all) => withToast(all, tone, text, performance.now()));
  }

  /** Shows the page's own refusal where it was asked for. */
  function tell(sent: Sent, origin: Origin): Sent {
    if (!sent.ok) {
      const notice = { origin, view: localRefusal(sent.problem), key: undefined, atMs: Date.now() };
      setRefusal(notice);
      setAnnouncement(sent.problem);
    } else if (refusal()?.origin === origin) setRefusal(undefined);
    return sent;
  }

  function flushOrders(): void {
    ordersDirty = false;
    batch(() => {
      setOrderRows("rows", reconcile(orders.list(), { key: "key", merge: false }));
      setFills(orders.fills());
      feed.ordersChanged.emit(undefined);
    });
  }

  function applyOwn(event: OwnEvent): void {
    const note = risk.take(event);
    if (note !== undefined) {
      setRiskNotes(risk.list());
      if (note.tone !== "info" && !blotterShows("risk")) toast("bad", `${note.about}: ${note.text}`);
    }
    switch (event.kind) {
      case "logon":
        setDurable(event.durable);
        // Those that are not active are told anew after each logon.
        setHaltedPlaces(new Set<number>());
        setAccounts(event.accounts);
        if (!event.accounts.some(({ id }) => id === accountId())) setAccountId(event.accounts[0]?.id ?? 0);
        return;
      case "instruments":
        quotes.resize(event.instruments.length);
        setFormats((before) => formatsOf(event.instruments, before));
        chooseSymbol();
        return;
      case "snapshot":
        applySnapshot(event);
        return;
      case "exec": {
        const fill = orders.report(event);
        ordersDirty = true;
        if (event.refusal !== undefined) applyLateRefusal(event.refusal, event.clOrdId);
        if (fill !== undefined) announceFill(fill);
        return;
      }
      case "position":
      case "balance":
      case "status":
        books.apply(event);
        if (event.kind === "status") setAnnouncement(ACCOUNT_STATE_TEXT[event.state]);
        if (event.kind === "status" && event.state === TradingState.Halted) arming.disarm("account halted");
        return;
      case "configured":
        books.apply(event);
        return;
      case "scope":
        if (event.scope !== ScopeKind.Firm && event.scope !== ScopeKind.Instrument) return;
        setHaltedPlaces((places) => {
          const next = new Set(places);
          if (event.state === TradingState.Halted) next.add(event.instrument);
          else next.delete(event.instrument);
          return next;
        });
        if (haltText() !== "") {
          setAnnouncement(haltText());
          arming.disarm("trading halted");
        }
        return;
      case "refusal":
        applyRefusal(event);
        return;
      case "lost":
        reconciled = false;
        orders.lost(event.unansweredClOrdIds);
        ordersDirty = true;
        arming.disarm("connection lost");
        return;
      default:
    }
  }

  function applySnapshot(event: SnapshotEvent): void {
    books.apply(event);
    const missing = orders.snapshot(event);
    ordersDirty = true;
    reconciled = true;
    probe.usable();
    const of = accounts().find(({ id }) => id === event.account);
    if (of === undefined) return;
    if (missing.length > 0) resolveMissing(of.name, missing);
    fetchFills(api, of, formatOfSymbol).then(
      (history) => {
        orders.addHistory(history);
        setFills(orders.fills());
      },
      () => undefined,
    );
  }

  /** Orders that were open when the line broke and are not now: history knows how they ended. */
  function resolveMissing(accountName: string, missing: readonly OrderRow[]): void {
    fetchOrderEnds(api, accountName, formatOfSymbol).then(
      (ends) => {
        for (const row of missing) {
          const end = ends.get(row.orderId) ?? ends.get(row.clOrdId);
          orders.resolve(row.key, end);
        }
        flushOrders();
      },
      () => undefined,
    );
  }

  function announceFill(fill: FillRow): void {
    const of = formatOf(fill.instrument);
    if (of === undefined) return;
    const text = `${fill.side === 1 ? "Bought" : "Sold"} ${of.qty(fill.lots)} ${of.info.symbol} at ${of.price(fill.ticks)}`;
    setAnnouncement(text);
    if (!blotterShows("fills") && !blotterShows("orders")) toast("good", text);
  }

  /** An order that was accepted, and refused when its turn came: nobody's request is at fault now, so it stands in its row. */
  function applyLateRefusal(event: RefusalEvent, clOrdId: string): void {
    const view = refusalView(event, formatOf(event.instrument), undefined, accountNameOf(event.account));
    const notice = { origin: origins.get(clOrdId) ?? ("blotter" as const), view, key: undefined, atMs: Date.now() };
    setLastRefusal(notice);
    setAnnouncement(`A waiting order was refused: ${view.text}`);
    toast("bad", `Waiting order refused: ${view.code}`);
  }

  function applyRefusal(event: RefusalEvent): void {
    if (orders.isDone(event)) return;
    const row = orders.refused(event);
    ordersDirty = true;
    const origin = origins.get(event.clOrdId) ?? "blotter";
    const of = formatOf(row?.instrument ?? event.instrument) ?? format();
    const asked = row && {
      lots: row.pending?.lots ?? row.orderLots,
      ticks: row.pending?.ticks ?? row.ticks,
      ordType: row.ordType,
    };
    const notice = { origin, view: refusalView(event, of, asked, accountNameOf(event.account)), key: row?.key, atMs: Date.now() };
    setRefusal(notice);
    setLastRefusal(notice);
    const what = row === undefined ? "Request" : `${SIDE_TEXT[row.side]} ${of?.qty(row.orderLots) ?? ""}`;
    setAnnouncement(`${what} refused: ${notice.view.text}`);
    if (origin !== "blotter" && !panelShows(origin)) toast("bad", `${what} refused: ${notice.view.code}`);
  }

  /** Whether a panel can be seen now; set by the layout. */
  let panelShows: (origin: Origin) => boolean = () => true;
  let blotterShows: (tab: string) => boolean = () => true;

  function applyBatch(frame: FrameBatch): void {
    const startMs = performance.now();
    batch(() => {
      for (const event of frame.own) applyOwn(event);
      if (frame.own.length > 0) setAccountBook(books.of(accountId()));
      if (frame.quotes !== undefined) {
        quotes.apply(frame.quotes);
        if (ownPresets().instrument !== symbolId()) choosePresets();
      }
      const watched = symbolId();
      if (frame.book?.instrument === watched) feed.applyBook(frame.book);
      if (frame.trades?.instrument === watched) feed.applyTrades(frame.trades);
      if (frame.bars?.instrument === watched && frame.bars.intervalS === settings().intervalS) feed.barsChanged.emit(frame.bars);
      if (frame.status !== undefined) {
        setStatus(frame.status);
        probe.status(frame.status);
      }
      if (ordersDirty) flushOrders();
      updateLock();
    });
    probe.applied(performance.now() - startMs);
  }

  function updateLock(): void {
    const index = symbolIndex();
    const bookState = index < 0 ? BookState.None : quotes.peek(index, QUOTE.state);
    // A hidden page pulls nothing, so the worker's silence counts from when the page was shown.
    const silenceMs = Math.min(stream?.workerSilenceMs() ?? 0, performance.now() - shownAtMs);
    const next = freshness(status(), silenceMs, bookState, reconciled);
    if (next.state === "fresh") setLastGoodMs(Date.now());
    else if (lock().state === "fresh") arming.disarm(next.state === "down" ? "connection lost" : "stale data");
    setLock(next);
  }

  function onFrame(nowMs: number): void {
    probe.frame(nowMs);
    const startMs = performance.now();
    quotes.frame(nowMs);
    if (nowMs - lastSlowMs >= SLOW_TICK_MS) {
      lastSlowMs = nowMs;
      batch(() => {
        setSlowTick((tick) => tick + 1);
        setToasts((all) => withoutOld(all, nowMs));
        arming.check(nowMs);
        updateLock();
      });
    }
    feed.frame.emit(nowMs);
    probe.drawn(performance.now() - startMs);
  }

  function chooseSymbol(): void {
    if (formatOf(symbolId()) !== undefined) return;
    const wanted = formatOfSymbol(settings().symbol) ?? formats()[0];
    if (wanted !== undefined) watch(wanted.info.id);
  }

  function watch(instrument: number, intervalS = settings().intervalS): void {
    if (instrument !== symbolId()) {
      arming.disarm("symbol changed");
      feed.clear();
      setRefusal(undefined);
    }
    batch(() => {
      setSymbolId(instrument);
      setSettings({ symbol: formatOf(instrument)?.info.symbol ?? settings().symbol, intervalS });
      setSizeLots(0);
      choosePresets();
    });
    stream?.send({ kind: "watch", instrument, intervalS });
  }

  function chooseAccount(id: number): void {
    if (id === accountId()) return;
    arming.disarm("account changed");
    batch(() => {
      setAccountId(id);
      setAccountBook(books.of(id));
    });
  }

  /** Size presets of the watched instrument, in lots; empty until a price is known. */
  function presets(): readonly number[] {
    const of = format();
    if (of === undefined) return [];
    return settings().presets[of.info.symbol] ?? (ownPresets().instrument === of.info.id ? ownPresets().lots : []);
  }

  /** Makes presets from the first price, once: sizes that follow the market would change under the finger. */
  function choosePresets(): void {
    const of = format();
    if (of === undefined) return;
    const markTicks = quotes.markTicks(symbolIndex());
    if (ownPresets().instrument !== of.info.id && markTicks > 0) {
      setOwnPresets({ instrument: of.info.id, lots: presetsFor(of.info, markTicks) });
    }
    if (sizeLots() === 0) setSizeLots(presets()[1] ?? presets()[0] ?? 0);
  }

  function setPreset(index: number, lots: number): void {
    const of = format();
    if (of === undefined) return;
    setSettings({
      presets: { ...settings().presets, [of.info.symbol]: presets().map((old, at) => (at === index ? lots : old)) },
    });
  }

  const onVisibility = (): void => {
    const isVisible = document.visibilityState === "visible";
    if (isVisible) shownAtMs = performance.now();
    arming.visible(isVisible, performance.now());
  };
  document.addEventListener("visibilitychange", onVisibility);
  /** A hidden tab has no frames: the clocks that disarm and lock go on here. */
  const clock = setInterval(() => {
    arming.check(performance.now());
    if (document.visibilityState === "visible") updateLock();
  }, 1000);

  const queueWatch = new QueueWatch(api, {
    wanted: () => {
      const isSeen = document.visibilityState === "visible" && status()?.orders.state === "live";
      const rests = isSeen && orders.list().some((row) => row.account === accountId() && isInBook(row));
      return rests ? account()?.name : undefined;
    },
    formatOf: formatOfSymbol,
    changed: (ahead) => {
      setQueueAhead(ahead);
      feed.ordersChanged.emit(undefined);
    },
  });
  const queueClock = setInterval(() => void queueWatch.refresh(), QUEUE_REFRESH_MS);

  stream = startStream(wsUrl, { batch: applyBatch, frame: onFrame, ticket: () => api.wsTicket() });

  return {
    api,
    settings,
    setSettings,
    feed,
    quotes,
    orders,
    desk,
    arming,
    formats,
    format,
    formatOf,
    indexOf,
    symbolId,
    symbolIndex,
    watch,
    accounts,
    account,
    accountId,
    chooseAccount,
    accountBook,
    status,
    lock,
    lastGoodMs,
    arm,
    durable,
    orderRows,
    queueAhead,
    fills,
    riskNotes,
    toasts,
    announcement,
    refusal,
    lastRefusal,
    clearRefusal: () => setRefusal(undefined),
    dismissOrder: (key: string) => {
      orders.dismiss(key);
      flushOrders();
    },
    tell,
    toast,
    slowTick,
    sizeLots,
    setSizeLots,
    presets,
    setPreset,
    reconnect: () => stream?.send({ kind: "reconnect" }),
    setVisibility: (panels: (origin: Origin) => boolean, tabs: (tab: string) => boolean) => {
      panelShows = panels;
      blotterShows = tabs;
    },
    dispose: () => {
      clearInterval(clock);
      clearInterval(queueClock);
      document.removeEventListener("visibilitychange", onVisibility);
      stream?.stop();
    },
  };
}

const ACCOUNT_STATE_TEXT: Readonly<Record<TradingState, string>> = {
  [TradingState.None]: "",
  [TradingState.Active]: "Account released",
  [TradingState.Halted]: "Account halted",
  [TradingState.Reducing]: "Account takes only orders that reduce",
};

const sameLock = (a: Freshness, b: Freshness): boolean => a.state === b.state && a.why === b.why;
