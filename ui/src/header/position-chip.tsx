/** What is open in the watched instrument, each leg by itself: size, average, open profit or loss. */
import { UNKNOWN } from "../format/fixed.js";
import { createMemo, For } from "solid-js";
import { openPositions, unrealisedMinor } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";
import type { PositionEvent } from "../stream/own-event.js";

export function PositionChip() {
  const terminal = useTerminal();
  const held = createMemo(() => openPositions(terminal.accountBook(), terminal.symbolId()));
  const open = (position: PositionEvent): bigint | undefined => {
    terminal.slowTick();
    const format = terminal.format();
    const mark = terminal.quotes.markTicks(terminal.symbolIndex());
    return format === undefined || mark === 0 ? undefined : unrealisedMinor(position, mark, format.info.tickLotMinor);
  };
  return (
    <For each={held()}>
      {(position) => (
        <span class="chip position" data-testid="position" title="Position, average price, open profit or loss">
          pos <b>{terminal.format()?.signedQty(position.lots)}</b> @{" "}
          {terminal.format()?.averagePrice(position.costMinor, position.lots)}{" "}
          <b class="num" classList={{ up: (open(position) ?? 0n) > 0n, down: (open(position) ?? 0n) < 0n }}>
            {open(position) === undefined ? UNKNOWN : terminal.format()?.signedMoney(open(position) ?? 0n)}{" "}
            {terminal.format()?.info.quoteCurrency}
          </b>
        </span>
      )}
    </For>
  );
}
