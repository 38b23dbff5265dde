/** All instruments with last, change since the reference, spread, and a mark where there is a position or an order. */
import { UNKNOWN } from "../format/fixed.js";
import { BookState } from "@jware/schemas/wire";
import { createMemo, createSelector, For, Show } from "solid-js";
import type { InstrumentFormat } from "../format/instrument-format.js";
import { signedPercent } from "../header/header.jsx";
import { openPositions } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";
import "./watchlist.css";

export function Watchlist(props: { readonly onPick?: () => void }) {
  const terminal = useTerminal();
  const isSelected = createSelector(terminal.symbolId);
  let list: HTMLUListElement | undefined;

  /** Arrow keys move through the list, which is one tab stop. */
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.code === "ArrowDown" ? 1 : event.code === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const buttons = [...(list?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };

  return (
    <section class="panel watchlist" aria-label="Watchlist">
      <header class="panel-head">
        <h2>Watch</h2>
        <span class="spread">last, change</span>
      </header>
      <Show when={terminal.formats().length > 0} fallback={<p class="empty">Waiting for instruments…</p>}>
        <ul ref={list} onKeyDown={onKeyDown}>
          <For each={terminal.formats()}>
            {(format, index) => (
              <WatchRow
                format={format}
                index={index()}
                selected={isSelected(format.info.id)}
                onPick={() => {
                  terminal.watch(format.info.id);
                  props.onPick?.();
                }}
              />
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

interface RowProps {
  readonly format: InstrumentFormat;
  readonly index: number;
  readonly selected: boolean;
  readonly onPick: () => void;
}

function WatchRow(props: RowProps) {
  const terminal = useTerminal();
  const quote = createMemo(() => terminal.quotes.row(props.index));
  const percent = () => {
    const { lastTicks, referenceTicks } = quote();
    return lastTicks > 0 && referenceTicks > 0 ? ((lastTicks - referenceTicks) / referenceTicks) * 100 : undefined;
  };
  const spread = () => {
    const { bidTicks, askTicks } = quote();
    return bidTicks > 0 && askTicks > 0 ? props.format.price(askTicks - bidTicks) : UNKNOWN;
  };
  const held = () => openPositions(terminal.accountBook(), props.format.info.id);

  return (
    <li>
      <button
        type="button"
        class="watch-row"
        classList={{ selected: props.selected, stale: quote().state !== BookState.Synced && quote().lastTicks > 0 }}
        aria-current={props.selected ? "true" : undefined}
        tabindex={props.selected ? 0 : -1}
        title={props.format.info.name}
        onClick={() => props.onPick()}
      >
        <span class="name">
          {props.format.info.symbol}
          <For each={held()}>
            {({ lots }) => (
              <i class="held" title={`Position ${props.format.signedQty(lots)}`}>
                {lots > 0 ? "L" : "S"}
              </i>
            )}
          </For>
        </span>
        <span class="num price">{quote().lastTicks > 0 ? props.format.price(quote().lastTicks) : UNKNOWN}</span>
        <span class="faint small">spr {spread()}</span>
        <span class="num small" classList={{ up: (percent() ?? 0) > 0, down: (percent() ?? 0) < 0 }}>
          {percent() === undefined ? UNKNOWN : signedPercent(percent() ?? 0)}
        </span>
      </button>
    </li>
  );
}
