/**
 * The order book as a price ladder, and trading on it (scheme A): left click on the bid column buys, on the ask column sells, as
 * limit orders at the row's price; right click cancels own orders there; middle click or Space centres.
 *
 * Nothing moves under the pointer: the grid follows the market only while the pointer is elsewhere.
 */
import { UNKNOWN } from "../format/fixed.js";
import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { useSurface } from "../app/surface.js";
import { useActions } from "../keys/actions.js";
import { QUOTE, TRADE } from "../stream/frame-batch.js";
import { openPositions } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";
import { RefusalCard } from "../ticket/refusal-card.jsx";
import { columnsOf, zoneAt, type Zone } from "./ladder-columns.js";
import { LadderClick, type Cell } from "./ladder-click.js";
import { fittingRowTicks, gather, LadderGrid, ROW_TICKS_STEPS } from "./ladder-grid.js";
import { isInBook, isLive, lineTicks } from "../state/own-orders.js";
import { paintLadder, type OwnAt } from "./ladder-paint.js";
import "./ladder.css";

const EMPTY = new Float64Array(0);
const PRICE_PADDING = 16;
const CHAR_WIDTH = 7.3;

export function LadderPanel(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const actions = useActions();
  const { feed, quotes } = terminal;
  const grid = new LadderGrid();
  const click = new LadderClick();
  let canvas: HTMLCanvasElement | undefined;
  let bids = EMPTY;
  let asks = EMPTY;
  let traded = EMPTY;
  let hover: { row: number; zone: Zone } | undefined;
  let cursorRow: number | undefined;
  const modifier = false;
  let pointerInside = false;
  let chosenFor = 0;
  const [rowTicks, setRowTicks] = createSignal(1);
  const [cursorText, setCursorText] = createSignal("");
  const [ready, setReady] = createSignal(false);

  const surface = useSurface(
    terminal,
    () => canvas,
    (context, width, height, palette) => {
      const format = terminal.format();
      if (format === undefined) return;
      grid.resize(Math.floor(height / props.rowHeight));
      if (bids.length !== grid.rowCount) {
        bids = new Float64Array(grid.rowCount);
        asks = new Float64Array(grid.rowCount);
        traded = new Float64Array(grid.rowCount);
      }
      place();
      const { book } = feed;
      const bidMax = gather(grid, book?.bids ?? EMPTY, false, bids);
      const askMax = gather(grid, book?.asks ?? EMPTY, true, asks);
      const own = ownAt();
      paintLadder(context, width, height, palette, {
        grid,
        columns: columns(width),
        rowHeight: props.rowHeight,
        format,
        bids,
        asks,
        bidMax: Math.max(bidMax, askMax),
        askMax: Math.max(bidMax, askMax),
        traded,
        tradedMax: gatherTraded(),
        bestBid: book?.bids[0] ?? 0,
        bestAsk: book?.asks[0] ?? 0,
        lastTicks: quotes.peek(terminal.symbolIndex(), QUOTE.lastTicks),
        lastSide: feed.tapeRow(0)?.[TRADE.aggressor] ?? 0,
        ownBids: own.bids,
        ownAsks: own.asks,
        averageTicks: averageTicks(),
        hover,
        cursorRow,
        armed: terminal.arm().armed,
        stale: terminal.lock().state !== "fresh",
        modifier,
      });
    },
  );

  const columns = (width: number) => {
    const format = terminal.format();
    const chars = format === undefined ? 8 : format.price(grid.ticksOf(0)).length;
    return columnsOf(width, Math.ceil(chars * CHAR_WIDTH) + PRICE_PADDING);
  };

  const midTicks = (): number => {
    const { book } = feed;
    const bid = book?.bids[0];
    const ask = book?.asks[0];
    if (bid !== undefined && ask !== undefined) return (bid + ask) / 2;
    return bid ?? ask ?? quotes.markTicks(terminal.symbolIndex());
  };

  /** Places the grid at first, and again when the market left the middle while nobody points at it. */
  const place = (): void => {
    const mid = midTicks();
    const { book } = feed;
    if (mid <= 0 || book === undefined || grid.rowCount === 0) return;
    const symbol = terminal.symbolId();
    if (chosenFor !== symbol) {
      chosenFor = symbol;
      const kept = terminal.settings().rowTicks[terminal.format()?.info.symbol ?? ""];
      grid.rowTicks = kept ?? fittingRowTicks(book.bids, book.asks, grid.rowCount);
      grid.placed = false;
      queueMicrotask(() => {
        setRowTicks(grid.rowTicks);
        setReady(true);
      });
    }
    if (!grid.placed || (!pointerInside && cursorRow === undefined && grid.needsCentre(mid))) grid.centre(mid, performance.now());
  };

  const gatherTraded = (): number => {
    traded.fill(0);
    let largest = 0;
    for (const [ticks, lots] of feed.tradedAt) {
      const row = Math.round(grid.top - ticks / grid.rowTicks);
      if (!grid.contains(row)) continue;
      const total = (traded[row] ?? 0) + lots;
      traded[row] = total;
      if (total > largest) largest = total;
    }
    return largest;
  };

  const ownAt = (): { bids: Map<number, OwnAt>; asks: Map<number, OwnAt> } => {
    const at = { bids: new Map<number, OwnAt>(), asks: new Map<number, OwnAt>() };
    for (const row of actions.openHere()) {
      const ticks = lineTicks(row);
      if (ticks === 0) continue;
      const isBid = row.side === Side.Buy;
      const side = isBid ? at.bids : at.asks;
      const index = grid.rowOf(ticks, !isBid);
      const known = side.get(index);
      const pending = !isLive(row) || row.pending !== undefined || known?.pending === true;
      const waits = !isInBook(row) && row.state !== "sending" && known?.waits !== false;
      const aheadLots = leastOf(known?.aheadLots, terminal.queueAhead().get(row.orderId));
      side.set(index, { lots: (known?.lots ?? 0) + row.leavesLots, pending, waits, aheadLots });
    }
    return at;
  };

  const averageTicks = (): number | undefined => {
    // Two legs have two averages, and the ladder room for one.
    const [position, other] = openPositions(terminal.accountBook(), terminal.symbolId());
    if (position === undefined || other !== undefined) return undefined;
    return terminal.format()?.averageTicks(position.costMinor, position.lots);
  };

  const cellAt = (event: MouseEvent): Cell | undefined => {
    const row = Math.floor(event.offsetY / props.rowHeight);
    if (!grid.contains(row)) return undefined;
    return { row, zone: zoneAt(columns(surface.size.width), event.offsetX), ticks: grid.ticksOf(row) };
  };

  const centre = (): void => {
    grid.centre(midTicks(), performance.now());
    surface.mark();
  };

  const step = (direction: 1 | -1): void => {
    const at = ROW_TICKS_STEPS.indexOf(rowTicks());
    const next = ROW_TICKS_STEPS[Math.max(0, Math.min(ROW_TICKS_STEPS.length - 1, at + direction))] ?? 1;
    const symbol = terminal.format()?.info.symbol;
    if (symbol === undefined) return;
    terminal.setSettings({ rowTicks: { ...terminal.settings().rowTicks, [symbol]: next } });
    setRowTicks(next);
    grid.setRowTicks(next, midTicks(), performance.now());
    surface.mark();
  };

  const limitAt = (side: Side, ticks: number): void => {
    actions.order({
      origin: "ladder",
      side,
      ordType: OrdType.Limit,
      timeInForce: TimeInForce.Gtc,
      lots: terminal.sizeLots(),
      ticks,
    });
  };

  const onPointerUp = (event: PointerEvent): void => {
    const cell = cellAt(event);
    if (cell === undefined || event.button !== 0) return;
    const meant = click.up(cell, performance.now(), grid.movedMs);
    if (meant === "moved") {
      terminal.tell({ ok: false, problem: "The ladder moved under the click: not sent" }, "ladder");
    } else if (meant !== undefined) {
      actions.pickPrice(meant.ticks);
      if (meant.zone !== "price") limitAt(meant.zone === "bid" ? Side.Buy : Side.Sell, meant.ticks);
    }
  };

  const onContextMenu = (event: MouseEvent): void => {
    event.preventDefault();
    const cell = cellAt(event);
    if (cell === undefined || cell.zone === "price") return;
    const isBid = cell.zone === "bid";
    for (const row of actions.openHere()) {
      const ticks = lineTicks(row);
      if ((row.side === Side.Buy) === isBid && ticks > 0 && grid.rowOf(ticks, !isBid) === cell.row) {
        terminal.tell(terminal.desk.cancel(row, "ladder"), "ladder");
      }
    }
  };

  /** Keyboard: arrows move a cursor, Enter places there: below the middle buys, above sells. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.code === "ArrowUp" || event.code === "ArrowDown") {
      const from = cursorRow ?? Math.floor(grid.rowCount / 2);
      cursorRow = Math.max(0, Math.min(grid.rowCount - 1, from + (event.code === "ArrowUp" ? -1 : 1)));
    } else if (event.code === "Enter" && cursorRow !== undefined && !event.repeat) {
      const ticks = grid.ticksOf(cursorRow);
      limitAt(ticks < midTicks() ? Side.Buy : Side.Sell, ticks);
    } else if (event.code === "PageUp" || event.code === "PageDown") {
      grid.scroll(event.code === "PageUp" ? 10 : -10, performance.now());
    } else return;
    event.preventDefault();
    describeCursor();
    surface.mark();
  };

  const describeCursor = (): void => {
    const format = terminal.format();
    if (cursorRow === undefined || format === undefined) return;
    const ticks = grid.ticksOf(cursorRow);
    const side = ticks < midTicks() ? "buys" : "sells";
    const size = format.qty((ticks < midTicks() ? bids : asks)[cursorRow] ?? 0);
    setCursorText(`${format.price(ticks)}, size ${size}; Enter ${side} ${format.qty(terminal.sizeLots())}`);
  };

  const hint = (): string => {
    const format = terminal.format();
    if (format === undefined) return "";
    const size = format.qty(terminal.sizeLots());
    return terminal.arm().armed ? `Armed: click bid buys, ask sells ${size}` : "Disarmed: a click fills the ticket's price";
  };

  const spread = (): string => {
    const format = terminal.format();
    const row = quotes.row(terminal.symbolIndex());
    return format === undefined || row.bidTicks <= 0 || row.askTicks <= 0 ? UNKNOWN : format.price(row.askTicks - row.bidTicks);
  };

  onCleanup(feed.bookChanged.on(surface.mark));
  onCleanup(feed.tapeChanged.on(surface.mark));
  onCleanup(feed.ordersChanged.on(surface.mark));
  createEffect(
    on([terminal.arm, terminal.lock, terminal.sizeLots, terminal.accountBook, terminal.symbolId], () => {
      surface.mark();
    }),
  );
  createEffect(
    on(terminal.symbolId, () => {
      cursorRow = undefined;
      setReady(false);
      chosenFor = 0;
    }),
  );
  onCleanup(actions.onCentre(centre));

  return (
    <section class="panel ladder" classList={{ armed: terminal.arm().armed }} aria-label="Order book ladder">
      <header class="panel-head">
        <h2>Book</h2>
        <span title="Best ask less best bid">
          spread <b class="num">{spread()}</b>
        </span>
        <span class="spread row-step" title="Price step of a row">
          <button type="button" onClick={() => step(-1)} aria-label="Finer rows">
            −
          </button>
          <span class="num">{ready() ? terminal.format()?.price(rowTicks()) : ""}</span>
          <button type="button" onClick={() => step(1)} aria-label="Coarser rows">
            +
          </button>
        </span>
      </header>
      <div class="canvas-box">
        <canvas
          ref={canvas}
          class="surface"
          tabindex="0"
          role="application"
          aria-label="Price ladder: arrows move the cursor, Enter places, Space centres"
          aria-describedby="ladder-cursor"
          onPointerDown={(event) => {
            const cell = cellAt(event);
            if (event.button === 0 && cell !== undefined) click.down(cell);
            if (event.button === 1) {
              event.preventDefault();
              centre();
            }
          }}
          onPointerUp={onPointerUp}
          onPointerMove={(event) => {
            const cell = cellAt(event);
            pointerInside = true;
            if (cell?.row === hover?.row && cell?.zone === hover?.zone) return;
            hover = cell;
            surface.mark();
          }}
          onPointerLeave={() => {
            pointerInside = false;
            hover = undefined;
            click.cancel();
            surface.mark();
          }}
          onContextMenu={onContextMenu}
          onWheel={(event) => {
            event.preventDefault();
            grid.scroll(event.deltaY < 0 ? 2 : -2, performance.now());
            surface.mark();
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            cursorRow = undefined;
            surface.mark();
          }}
        />
        <p id="ladder-cursor" class="hidden-text" aria-live="polite">
          {cursorText()}
        </p>
        <Show when={!ready()}>
          <p class="empty over">Waiting for the book of {terminal.format()?.info.symbol ?? "an instrument"}…</p>
        </Show>
        <Show
          when={terminal.refusal()?.origin === "ladder" || terminal.refusal()?.origin === "keys" ? terminal.refusal() : undefined}
        >
          {(notice) => (
            <div class="ladder-refusal">
              <RefusalCard view={notice().view} onDismiss={terminal.clearRefusal} />
            </div>
          )}
        </Show>
      </div>
      <footer class="ladder-foot" classList={{ armed: terminal.arm().armed }}>
        {hint()}
      </footer>
    </section>
  );
}

const leastOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
