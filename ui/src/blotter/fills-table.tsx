/** The account's fills, newest first: this session's as they came, older ones from history. */
import { Side } from "@jware/schemas/wire";
import { createMemo } from "solid-js";
import { clockText, dateTimeText } from "../format/time.js";
import { SIDE_TEXT } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";
import { VirtualRows } from "./virtual-rows.jsx";

export function FillsTable(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const rows = createMemo(() => terminal.fills().filter((fill) => fill.account === terminal.accountId()));
  return (
    <VirtualRows
      rows={rows()}
      rowHeight={props.rowHeight}
      label="Fills"
      columns="fills"
      empty="No fills."
      head={
        <>
          <span role="columnheader">Time</span>
          <span role="columnheader">Symbol</span>
          <span role="columnheader">Side</span>
          <span role="columnheader" class="num">
            Qty
          </span>
          <span role="columnheader" class="num">
            Price
          </span>
          <span role="columnheader" class="num">
            Fee
          </span>
          <span role="columnheader">Role</span>
        </>
      }
    >
      {(fill) => {
        const format = terminal.formatOf(fill.instrument);
        return (
          <div class="row" classList={{ bust: fill.adjusted?.how === "bust" }} role="row">
            <span role="cell" title={`${dateTimeText(fill.tsMs)} UTC`}>
              {clockText(fill.tsMs)}
            </span>
            <span role="cell">{format?.info.symbol}</span>
            <span role="cell" classList={{ up: fill.side === Side.Buy, down: fill.side === Side.Sell }}>
              {SIDE_TEXT[fill.side]}
            </span>
            <span role="cell" class="num">
              {format?.qty(fill.lots)}
            </span>
            <span role="cell" class="num">
              {format?.price(fill.ticks)}
            </span>
            <span role="cell" class="num dim" title={`${format?.exactMoney(fill.feeMinor)} ${format?.info.quoteCurrency}`}>
              {format?.money(fill.feeMinor)}
            </span>
            <span role="cell" class="dim" title={fill.adjusted?.why}>
              {fill.adjusted?.how ?? (fill.maker ? "maker" : "taker")}
            </span>
          </div>
        );
      }}
    </VirtualRows>
  );
}
