/** Candles of the watched instrument: history by REST, the live bar by stream, indicators, own orders, fills and average price. */
import { Side } from "@jware/schemas/wire";
import { BAR_INTERVALS_S } from "@jware/schemas";
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from "solid-js";
import { readPalette } from "../app/palette.js";
import { dateTimeText } from "../format/time.js";
import { useActions } from "../keys/actions.js";
import { fetchBars, INTERVAL_NAMES } from "../state/history.js";
import { openPositions } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";
import { BAR } from "../stream/frame-batch.js";
import { BarStore, BARS_MAX } from "./bar-store.js";
import { ChartEngine } from "./chart-engine.js";
import { INDICATOR_CHOICES } from "./indicators.js";
import { isDraggable, LineDrag } from "./line-drag.js";
import { isLive, lineTicks, type OrderRow, TYPE_TEXT } from "../state/own-orders.js";
import type { OwnFill, OwnLine } from "./own-lines.js";
import "./chart.css";

const HISTORY_BARS = 500;
const FILLS_SHOWN = 300;
const RETRY_MS = 3000;

export function ChartPanel() {
  const terminal = useTerminal();
  const actions = useActions();
  const bars = new BarStore();
  const [note, setNote] = createSignal("");
  const [hovered, setHovered] = createSignal<readonly number[]>();
  const [version, setVersion] = createSignal(0);
  let box: HTMLDivElement | undefined;
  let engine: ChartEngine | undefined;
  let loadId = 0;
  let loadingOlder = false;
  let oldestReached = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const drag = new LineDrag();

  /** History anew, for another instrument or interval, or after a reconnect. Live bars that came meanwhile stay on top. */
  const load = async (keepView: boolean): Promise<void> => {
    const format = terminal.format();
    if (format === undefined) return;
    const intervalS = terminal.settings().intervalS;
    const id = ++loadId;
    clearTimeout(retry);
    oldestReached = false;
    if (bars.count === 0) setNote("Loading bars…");
    try {
      const fromMs = Date.now() - HISTORY_BARS * intervalS * 1000;
      const packed = await fetchBars(terminal.api, format, intervalS, fromMs);
      if (id !== loadId) return;
      bars.addHistory(packed);
      setNote(bars.count === 0 ? "No bars yet. The first one begins with the next trade." : "");
    } catch (error) {
      if (id !== loadId) return;
      setNote(
        bars.count === 0 ? `Bars cannot be loaded: ${error instanceof Error ? error.message : "no answer"}. Trying again.` : "",
      );
      retry = setTimeout(() => void load(keepView), RETRY_MS);
    }
    engine?.setBars(bars, keepView);
    setVersion((value) => value + 1);
  };

  const loadOlder = async (): Promise<void> => {
    const format = terminal.format();
    if (loadingOlder || oldestReached || format === undefined || bars.count === 0 || bars.count >= BARS_MAX) return;
    loadingOlder = true;
    const id = loadId;
    const intervalS = terminal.settings().intervalS;
    try {
      const toMs = bars.firstMs;
      const packed = await fetchBars(terminal.api, format, intervalS, toMs - HISTORY_BARS * intervalS * 1000, toMs);
      if (id !== loadId) return;
      const added = bars.addHistory(packed);
      if (added === 0) oldestReached = true;
      else engine?.setBars(bars, true, added);
    } catch {
      // The next scroll to the edge asks again.
    } finally {
      loadingOlder = false;
    }
  };

  const drawOwn = (): void => {
    const format = terminal.format();
    if (engine === undefined || format === undefined) return;
    const palette = readPalette();
    const lines: OwnLine[] = [];
    for (const row of actions.openHere()) {
      const ticks = lineTicks(row);
      if (ticks === 0) continue;
      const buy = row.side === Side.Buy;
      const waits = row.state === "waiting" || row.state === "travelling";
      const pending = !isLive(row) || row.pending !== undefined;
      const kind = waits ? ` ${TYPE_TEXT[row.ordType].toLowerCase()}` : "";
      const look = { colour: buy ? palette.fillUp : palette.fillDown, textColour: palette.onFill };
      const what = `${buy ? "B" : "S"} ${format.qty(row.leavesLots)}${kind}`;
      const text = `${what}${pending ? " …" : ""}`;
      const own: OwnLine = { ticks, text, ...look, dashed: pending || waits, axisText: format.price(ticks) };
      lines.push(isDraggable(row) ? { ...own, key: row.key } : own);
      const to = wantedTicks(row);
      if (to === undefined || to === ticks) continue;
      const by = `${to > ticks ? "+" : "−"}${Math.abs(to - ticks)} ticks${resultAt(row, to)}`;
      lines.push({ ticks: to, text: `${what} → ${by}`, ...look, dashed: true, axisText: format.price(to) });
    }
    for (const position of openPositions(terminal.accountBook(), terminal.symbolId())) {
      lines.push({
        ticks: format.averageTicks(position.costMinor, position.lots),
        text: `avg ${format.signedQty(position.lots)}`,
        colour: palette.accent,
        textColour: palette.bg1,
        dashed: false,
        axisText: format.averagePrice(position.costMinor, position.lots),
      });
    }
    engine.own.set(lines, ownFills());
  };

  /** Where an order's line is dragged to, or was asked to go; undefined where it stays. */
  const wantedTicks = (row: OrderRow): number | undefined => {
    const ghost = drag.ghost;
    if (ghost?.key === row.key) return ghost.toTicks;
    return row.pending?.kind === "replace" ? lineTicks({ ...row, ...row.pending }) : undefined;
  };

  /** What an order that makes the position smaller would realise at a price, before fees; empty for others. */
  const resultAt = (row: OrderRow, ticks: number): string => {
    const format = terminal.format();
    const book = terminal.accountBook();
    // Of two legs only what is reduce-only closes one.
    const closes = row.reduceOnly || book.positionMode === "netting";
    const opposite = openPositions(book, row.instrument).filter(({ lots }) => closes && lots > 0 !== (row.side === Side.Buy));
    const [position] = opposite;
    if (format === undefined || position === undefined) return "";
    const lots = Math.min(row.leavesLots, Math.abs(position.lots));
    const cost = (position.costMinor * BigInt(lots)) / BigInt(Math.abs(position.lots));
    const worth = format.notional(ticks, lots) * (position.lots > 0 ? 1n : -1n);
    return `, ${format.signedMoney(worth - cost)}`;
  };

  const orderOf = (key: string | undefined): OrderRow | undefined => (key === undefined ? undefined : terminal.orders.get(key));

  const heightOf = (event: PointerEvent): number => event.clientY - (box?.getBoundingClientRect().top ?? 0);

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || engine === undefined || box === undefined) return;
    const y = heightOf(event);
    const row = engine.ticksAt(y) === undefined ? undefined : orderOf(engine.own.lineAt(y)?.key);
    if (row === undefined || !isDraggable(row)) return;
    drag.take(row, y);
    engine.hold(true);
    box.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent): void => {
    if (!drag.isTaken || engine === undefined) return;
    const y = heightOf(event);
    drag.move(y, engine.ticksAt(y));
    drawOwn();
  };

  const endDrag = (): void => {
    drag.abort();
    engine?.hold(false);
    drawOwn();
  };

  const onPointerUp = (): void => {
    if (!drag.isTaken) return;
    const dropped = drag.drop(orderOf(drag.key));
    if (dropped?.kind === "click") actions.edit(dropped.key);
    else if (dropped?.kind === "void") terminal.tell({ ok: false, problem: dropped.problem }, "chart");
    else if (dropped?.kind === "move") {
      const { row, ticks, triggerTicks } = dropped;
      terminal.tell(terminal.desk.replace(row, row.orderLots, ticks, "chart", triggerTicks), "chart");
    }
    endDrag();
  };

  /** Before the page's own Escape, which would disarm. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.code !== "Escape" || !drag.isTaken) return;
    event.stopImmediatePropagation();
    endDrag();
  };

  const ownFills = (): OwnFill[] => {
    const palette = readPalette();
    const { intervalS } = terminal.settings();
    return terminal
      .fills()
      .filter((fill) => fill.instrument === terminal.symbolId() && fill.account === terminal.accountId())
      .slice(0, FILLS_SHOWN)
      .map((fill) => ({
        barS: Math.floor(fill.tsMs / 1000 / intervalS) * intervalS,
        ticks: fill.ticks,
        bought: fill.side === Side.Buy,
        colour: fill.side === Side.Buy ? palette.up : palette.down,
      }));
  };

  onMount(() => {
    if (box === undefined) return;
    engine = new ChartEngine(box, readPalette());
    engine.choose(terminal.settings().indicators);
    engine.onCrosshair((openMs) => {
      let found: readonly number[] | undefined;
      if (openMs !== undefined) {
        for (let index = bars.count - 1; index >= 0 && found === undefined; index--) {
          if (bars.at(index)?.[BAR.openMs] === openMs) found = bars.at(index);
        }
      }
      setHovered(found);
    });
    engine.onNearStart(() => void loadOlder());
    window.addEventListener("keydown", onKeyDown, true);
  });
  onCleanup(() => {
    clearTimeout(retry);
    loadId++;
    window.removeEventListener("keydown", onKeyDown, true);
    engine?.dispose();
  });

  // Memos: settings and status are told whole and often, and what is done here is for a change of the part alone.
  const intervalS = createMemo(() => terminal.settings().intervalS);
  const look = createMemo(() => `${terminal.settings().theme} ${terminal.settings().pair}`);
  const indicators = createMemo(() => terminal.settings().indicators);
  const connects = createMemo(() => terminal.status()?.market.connects ?? 0);

  createEffect(
    on([terminal.symbolId, intervalS, terminal.format], () => {
      // A price of this chart is none of another instrument's.
      endDrag();
      const format = terminal.format();
      if (format === undefined || engine === undefined) return;
      bars.clear();
      setHovered(undefined);
      engine.setBars(bars, false);
      engine.describe(format, terminal.settings().intervalS);
      drawOwn();
      void load(false);
    }),
  );
  createEffect(
    on(
      look,
      () => {
        engine?.look(readPalette());
        engine?.setBars(bars, true);
        drawOwn();
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      indicators,
      (ids) => {
        engine?.choose(ids);
        engine?.setBars(bars, true);
      },
      { defer: true },
    ),
  );
  // After a reconnect the bars that were missed are in the history.
  createEffect(
    on(
      connects,
      (count) => {
        if (count > 1) void load(true);
      },
      { defer: true },
    ),
  );
  createEffect(on([terminal.accountBook, terminal.fills], drawOwn));
  onCleanup(terminal.feed.ordersChanged.on(drawOwn));
  onCleanup(
    terminal.feed.barsChanged.on(({ rows }) => {
      for (let at = 0; at < rows.length; at += BAR.width) {
        const change = bars.live(rows, at);
        if (change !== "ignored") engine?.update(bars, change === "appended");
      }
      if (note() !== "" && bars.count > 0) setNote("");
    }),
  );

  const shownBar = (): readonly number[] | undefined => {
    terminal.slowTick();
    version();
    return hovered() ?? bars.last;
  };

  const toggle = (id: string): void => {
    const { indicators } = terminal.settings();
    terminal.setSettings({
      indicators: indicators.includes(id) ? indicators.filter((other) => other !== id) : [...indicators, id],
    });
  };

  return (
    <section class="panel chart" classList={{ stale: terminal.lock().state !== "fresh" }} aria-label="Chart">
      <header class="panel-head">
        <div class="intervals" role="group" aria-label="Bar interval">
          <For each={BAR_INTERVALS_S}>
            {(intervalS) => (
              <button
                type="button"
                aria-pressed={terminal.settings().intervalS === intervalS}
                onClick={() => terminal.watch(terminal.symbolId(), intervalS)}
              >
                {INTERVAL_NAMES[intervalS]}
              </button>
            )}
          </For>
        </div>
        <div class="intervals" role="group" aria-label="Indicators">
          <For each={INDICATOR_CHOICES}>
            {({ id, label, title }) => (
              <button
                type="button"
                title={title}
                aria-pressed={terminal.settings().indicators.includes(id)}
                onClick={() => toggle(id)}
              >
                <i class={`key ${id}`} aria-hidden="true" />
                {label}
              </button>
            )}
          </For>
        </div>
        <button type="button" class="spread" title="Scroll to the newest bar" onClick={() => engine?.scrollToNow()}>
          now ⇥
        </button>
      </header>
      {/* Taken in the capture phase: before the chart's own listeners start to scroll. */}
      <div
        class="chart-box"
        ref={box}
        on:pointerdown={{ handleEvent: onPointerDown, capture: true }}
        on:pointermove={onPointerMove}
        on:pointerup={onPointerUp}
        on:pointercancel={endDrag}
      >
        <Show when={shownBar()}>{(row) => <BarLegend row={row()} />}</Show>
        {/* The library's own logo brings a style element, which the content policy forbids: its link stands here instead. */}
        <a
          class="attribution"
          href="https://www.tradingview.com/"
          target="_blank"
          rel="noreferrer"
          title="TradingView Lightweight Charts™, Copyright (c) 2025 TradingView, Inc."
        >
          Charts by TradingView
        </a>
        <Show when={note() !== ""}>
          <p class="empty chart-note">{note()}</p>
        </Show>
      </div>
    </section>
  );
}

function BarLegend(props: { readonly row: readonly number[] }) {
  const terminal = useTerminal();
  const price = (column: number): string => terminal.format()?.price(props.row[column] ?? 0) ?? "";
  const rose = (): boolean => (props.row[BAR.close] ?? 0) >= (props.row[BAR.open] ?? 0);
  return (
    <p class="bar-legend" aria-hidden="true">
      <b>{terminal.format()?.info.symbol}</b> {dateTimeText(props.row[BAR.openMs] ?? 0)} UTC O {price(BAR.open)} H{" "}
      {price(BAR.high)} L {price(BAR.low)} C <span classList={{ up: rose(), down: !rose() }}>{price(BAR.close)}</span> V{" "}
      {terminal.format()?.shortQty(props.row[BAR.volume] ?? 0)}
    </p>
  );
}
