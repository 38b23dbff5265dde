/**
 * Positions with average price, mark and profit or loss as of now; flatten closes one at market and cancels its symbol's orders. A hedging
 * account has a row for each leg, whose flatten leaves the other leg and its orders alone.
 */
import { UNKNOWN } from "../format/fixed.js";
import type { PositionLegName } from "@jware/schemas/limit-names";
import { createMemo, Show } from "solid-js";
import { useActions } from "../keys/actions.js";
import { unrealisedMinor } from "../state/account-books.js";
import { useTerminal } from "../state/use-terminal.js";
import type { PositionEvent } from "../stream/own-event.js";
import { VirtualRows } from "./virtual-rows.jsx";

const LEG_TEXT: Readonly<Record<PositionLegName, string>> = { net: "", long: "Long", short: "Short" };

export function PositionsTable(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const rows = createMemo(() =>
    [...terminal.accountBook().positions.values()]
      .filter((position) => position.lots !== 0 || position.realisedMinor !== 0n)
      .sort((a, b) => Number(b.lots !== 0) - Number(a.lots !== 0) || a.instrument - b.instrument || a.leg.localeCompare(b.leg)),
  );
  return (
    <VirtualRows
      rows={rows()}
      rowHeight={props.rowHeight}
      label="Positions"
      columns="positions"
      empty="No positions."
      head={
        <>
          <span role="columnheader">Symbol</span>
          <span role="columnheader" class="num">
            Position
          </span>
          <span role="columnheader" class="num">
            Average
          </span>
          <span role="columnheader" class="num">
            Mark
          </span>
          <span role="columnheader" class="num">
            Open P&L
          </span>
          <span role="columnheader" class="num">
            Realised
          </span>
          <span role="columnheader" />
        </>
      }
    >
      {(position) => <PositionLine position={position} />}
    </VirtualRows>
  );
}

function PositionLine(props: { readonly position: PositionEvent }) {
  const terminal = useTerminal();
  const actions = useActions();
  const format = () => terminal.formatOf(props.position.instrument);
  const mark = createMemo(() => {
    terminal.slowTick();
    return terminal.quotes.markTicks(terminal.indexOf(props.position.instrument));
  });
  const open = (): bigint | undefined => {
    const of = format();
    if (of === undefined || mark() === 0) return undefined;
    return unrealisedMinor(props.position, mark(), of.info.tickLotMinor);
  };
  const flat = () => props.position.lots === 0;

  return (
    <div class="row" role="row" classList={{ closed: flat() }}>
      <button type="button" class="plain link" role="cell" onClick={() => terminal.watch(props.position.instrument)}>
        {format()?.info.symbol}
        <Show when={props.position.leg !== "net"}>
          <span class="faint"> {LEG_TEXT[props.position.leg]}</span>
        </Show>
      </button>
      <span role="cell" class="num" classList={{ up: props.position.lots > 0, down: props.position.lots < 0 }}>
        {flat() ? "flat" : format()?.signedQty(props.position.lots)}
      </span>
      <span role="cell" class="num">
        {flat() ? "" : format()?.averagePrice(props.position.costMinor, props.position.lots)}
      </span>
      <span role="cell" class="num">
        {mark() > 0 ? format()?.price(mark()) : UNKNOWN}
      </span>
      <Money minor={flat() ? 0n : open()} instrument={props.position.instrument} />
      <Money minor={props.position.realisedMinor} instrument={props.position.instrument} />
      <span role="cell" class="acts">
        <Show when={!flat()}>
          <button
            type="button"
            class="cancel"
            title={
              props.position.leg === "net"
                ? "Cancels this symbol's orders and closes the position at market"
                : `Cancels this symbol's orders of the ${props.position.leg} leg and closes that leg at market`
            }
            onClick={() => actions.flatten(props.position.instrument, props.position.leg)}
          >
            Flatten
          </button>
        </Show>
      </span>
    </div>
  );
}

function Money(props: { readonly minor: bigint | undefined; readonly instrument: number }) {
  const terminal = useTerminal();
  const format = () => terminal.formatOf(props.instrument);
  return (
    <span
      role="cell"
      class="num"
      title={props.minor === undefined ? "" : `${format()?.exactMoney(props.minor)} ${format()?.info.quoteCurrency}`}
      classList={{ up: (props.minor ?? 0n) > 0n, down: (props.minor ?? 0n) < 0n }}
    >
      {props.minor === undefined ? UNKNOWN : format()?.signedMoney(props.minor)}
    </span>
  );
}
