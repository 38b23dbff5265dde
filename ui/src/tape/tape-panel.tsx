/**
 * Time and sales. Newest on top; while the pointer rests on it the list stands still and counts what came. A filter hides trades
 * below a size. Buyer-initiated trades carry an up wedge, seller-initiated a down wedge.
 */
import { createEffect, createSignal, on, onCleanup, Show } from "solid-js";
import { useSurface } from "../app/surface.js";
import { withAlpha } from "../app/palette.js";
import { clockText } from "../format/time.js";
import { TRADE } from "../stream/frame-batch.js";
import { useTerminal } from "../state/use-terminal.js";
import { TAPE_ROWS_MAX } from "../state/market-feed.js";
import "./tape.css";

const ROW_HEIGHT = 18;
const LEFT = 8;

export function TapePanel() {
  const terminal = useTerminal();
  const { feed } = terminal;
  let canvas: HTMLCanvasElement | undefined;
  /** Rows written when the list was stopped; undefined = running. */
  let stoppedAt: number | undefined;
  const [heldCount, setHeldCount] = createSignal<number>();
  const [largeOnly, setLargeOnly] = createSignal(false);
  const [empty, setEmpty] = createSignal(true);

  const surface = useSurface(
    terminal,
    () => canvas,
    (context, width, height, palette) => {
      const format = terminal.format();
      context.fillStyle = palette.bg1;
      context.fillRect(0, 0, width, height);
      if (format === undefined) return;
      context.font = `12px ${palette.mono}`;
      context.textBaseline = "middle";
      const smallest = largeOnly() ? (terminal.presets()[1] ?? 0) : 0;
      const large = terminal.presets()[2] ?? Number.POSITIVE_INFINITY;
      let age = stoppedAt === undefined ? 0 : feed.tapeWritten - stoppedAt;
      for (let y = 0; y < height && age < TAPE_ROWS_MAX; age++) {
        const row = feed.tapeRow(age);
        if (row === undefined) break;
        const lots = row[TRADE.lots] ?? 0;
        if (lots < smallest) continue;
        const sold = row[TRADE.aggressor] === 2;
        const colour = sold ? palette.down : palette.up;
        const middle = y + ROW_HEIGHT / 2 + 0.5;
        if (lots >= large) {
          context.fillStyle = withAlpha(colour, 0.22);
          context.fillRect(0, y, width, ROW_HEIGHT);
        }
        context.fillStyle = palette.text2;
        context.textAlign = "left";
        context.fillText(clockText(row[TRADE.eventMs] ?? 0), LEFT, middle);
        context.textAlign = "right";
        context.fillStyle = lots >= large ? palette.text1 : colour;
        context.fillText(
          `${sold ? "▼" : "▲"} ${format.price(row[TRADE.ticks] ?? 0)}`,
          LEFT + 62 + (width - LEFT - 62) * 0.58,
          middle,
        );
        context.fillStyle = palette.text1;
        // A trade's size is exact and aligned; only depth and volume are shortened.
        context.fillText(format.qty(lots), width - LEFT, middle);
        y += ROW_HEIGHT;
      }
    },
  );

  onCleanup(
    feed.tapeChanged.on(() => {
      setEmpty(feed.tapeCount === 0);
      if (stoppedAt === undefined) surface.mark();
      else setHeldCount(feed.tapeWritten - stoppedAt);
    }),
  );
  createEffect(on([terminal.symbolId, largeOnly, terminal.presets], surface.mark));

  const hold = (isHeld: boolean): void => {
    stoppedAt = isHeld ? feed.tapeWritten : undefined;
    setHeldCount(isHeld ? 0 : undefined);
    surface.mark();
  };

  return (
    <section class="panel tape" aria-label="Time and sales">
      <header class="panel-head">
        <h2>Tape</h2>
        <span class="faint">UTC</span>
        <Show when={heldCount() !== undefined}>
          <span class="held">held · {heldCount()} new</span>
        </Show>
        <button
          type="button"
          class="spread"
          aria-pressed={largeOnly()}
          onClick={() => setLargeOnly(!largeOnly())}
          title="Show only trades of at least the second size preset"
        >
          large
        </button>
      </header>
      <div class="canvas-box">
        <canvas
          ref={canvas}
          class="surface"
          onPointerEnter={(event) => event.pointerType === "mouse" && hold(true)}
          onPointerLeave={() => hold(false)}
        />
        <Show when={empty()}>
          <p class="empty over">No trade since this page opened.</p>
        </Show>
      </div>
    </section>
  );
}
