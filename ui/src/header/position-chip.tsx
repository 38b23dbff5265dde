/** The position in the watched instrument: size, average, open profit or loss. */
import { UNKNOWN } from "../format/fixed.js";
import { createMemo, Show } from "solid-js";
import { unrealisedMinor } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";

export function PositionChip() {
  const terminal = useTerminal();
  const position = createMemo(() => terminal.accountBook().positions.get(terminal.symbolId()));
  const open = (): bigint | undefined => {
    terminal.slowTick();
    const [held, format] = [position(), terminal.format()];
    const mark = terminal.quotes.markTicks(terminal.symbolIndex());
    return held === undefined || format === undefined || mark === 0
      ? undefined
      : unrealisedMinor(held, mark, format.info.tickLotMinor);
  };
  return (
    <Show when={(position()?.lots ?? 0) !== 0 ? position() : undefined}>
      {(held) => (
        <span class="chip position" data-testid="position" title="Position, average price, open profit or loss">
          pos <b>{terminal.format()?.signedQty(held().lots)}</b> @{" "}
          {terminal.format()?.averagePrice(held().costMinor, held().lots)}{" "}
          <b class="num" classList={{ up: (open() ?? 0n) > 0n, down: (open() ?? 0n) < 0n }}>
            {open() === undefined ? UNKNOWN : terminal.format()?.signedMoney(open() ?? 0n)}{" "}
            {terminal.format()?.info.quoteCurrency}
          </b>
        </span>
      )}
    </Show>
  );
}
