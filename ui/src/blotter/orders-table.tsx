/** Orders: the open ones first, with cancel and amend in the row; then what became of the others in this session. */
import { Contingency, ExecReason, OrdType, PostOnly, Side } from "@jware/schemas/wire";
import { createMemo, Show } from "solid-js";
import { ageText, clockText } from "../format/time.js";
import { refusalView } from "../format/refusal-text.js";
import type { InstrumentFormat } from "../format/instrument-format.js";
import {
  isLive,
  isOpen,
  REASON_TEXT,
  SIDE_TEXT,
  TIF_TEXT,
  TYPE_TEXT,
  type OrderRow,
  type OrderState,
} from "../state/own-orders.js";
import { useActions } from "../keys/actions.js";
import { useTerminal } from "../state/use-terminal.js";
import { OrderEdit } from "./order-edit.jsx";
import { VirtualRows } from "./virtual-rows.jsx";

const STATE_TEXT: Readonly<Record<OrderState, string>> = {
  sending: "◌ sending",
  travelling: "◌ on its way",
  waiting: "◷ waiting",
  working: "● working",
  filled: "✓ filled",
  canceled: "– canceled",
  expired: "– expired",
  rejected: "✕ rejected",
  refused: "✕ refused",
  unknown: "? unknown",
  gone: "? left the book",
};

/** After this a request without an answer is called that, not "sending". */
const NO_ANSWER_MS = 2000;

export function OrdersTable(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const { editing, edit } = useActions();
  const rows = createMemo(() => {
    const mine = terminal.orderRows.rows.filter((row) => row.account === terminal.accountId());
    return [...mine.filter(isOpen), ...mine.filter((row) => !isOpen(row))];
  });

  return (
    <VirtualRows
      rows={rows()}
      rowHeight={props.rowHeight}
      label="Orders"
      columns="orders"
      empty="No orders. Arm with F2, then click the book or send from the ticket."
      head={
        <>
          <span role="columnheader">Time</span>
          <span role="columnheader">Symbol</span>
          <span role="columnheader">Side</span>
          <span role="columnheader">Type</span>
          <span role="columnheader" class="num">
            Filled / Qty
          </span>
          <span role="columnheader" class="num">
            Price
          </span>
          <span role="columnheader" class="num">
            Avg
          </span>
          <span role="columnheader">State</span>
          <span role="columnheader" />
        </>
      }
    >
      {(row) => (
        <Show when={editing() === row.key && isOpen(row)} fallback={<OrderLine row={row} onEdit={() => edit(row.key)} />}>
          <OrderEdit row={row} onDone={() => edit("")} />
        </Show>
      )}
    </VirtualRows>
  );
}

function OrderLine(props: { readonly row: OrderRow; readonly onEdit: () => void }) {
  const terminal = useTerminal();
  const format = () => terminal.formatOf(props.row.instrument);
  /** The limit, behind the trigger where there is one: `▷ 60000.00 → 59990.00`. */
  const price = (): string => {
    const { ticks, triggerTicks, ordType } = props.row;
    const limit = ticks === 0 ? "" : (format()?.price(ticks) ?? "");
    if (triggerTicks > 0) return `▷ ${format()?.price(triggerTicks) ?? ""}${limit === "" ? "" : ` → ${limit}`}`;
    if (ordType === OrdType.TrailingStop) return "▷ …";
    return limit === "" ? "market" : limit;
  };
  const kind = (): string => `${TYPE_TEXT[props.row.ordType]} ${TIF_TEXT[props.row.timeInForce]}${flagsOf(props.row, format())}`;
  const average = (): string => {
    const of = format();
    if (of === undefined || props.row.cumLots === 0) return "";
    return of.averagePrice(props.row.cumLotTicks * BigInt(of.info.tickLotMinor), props.row.cumLots);
  };
  const state = (): string => {
    const { row } = props;
    if (row.state === "sending") {
      terminal.slowTick();
      const waitedMs = Date.now() - row.createdMs;
      if (waitedMs > NO_ANSWER_MS) return `? no answer for ${ageText(waitedMs)}`;
    }
    if (row.pending?.kind === "cancel") return "◌ canceling";
    if (row.pending?.kind === "replace")
      return `◌ amending to ${[
        format()?.qty(row.pending.lots),
        row.pending.triggerTicks > 0 ? `▷ ${format()?.price(row.pending.triggerTicks)}` : "",
        row.pending.ticks > 0 ? `@ ${format()?.price(row.pending.ticks)}` : "",
      ].join(" ")}`;
    if (row.state === "waiting" && row.orderLots === 0) return "◷ waiting for its entry";
    if (row.state === "canceled" && row.cumLots > 0) return "◐ part filled, canceled";
    const ahead = terminal.queueAhead().get(row.orderId);
    if (row.state === "working" && ahead !== undefined) {
      return `${row.cumLots > 0 ? "◐ part filled" : "● working"} · ${ahead === 0 ? "first" : `${format()?.chipQty(ahead)} ahead`}`;
    }
    if (row.state === "working" && row.cumLots > 0) return "◐ part filled";
    // That a live order got or lost quantity by another is seen in its quantity.
    const isPlain = row.reason === "" || (isLive(row) && row.reason === REASON_TEXT[ExecReason.Linked]);
    return isPlain ? STATE_TEXT[row.state] : `${STATE_TEXT[row.state]} · ${row.reason}`;
  };
  const refusal = () => (props.row.refusal === undefined ? undefined : refusalView(props.row.refusal, format(), undefined));
  const refusalText = (): string => {
    const view = refusal();
    if (view === undefined) return "";
    const { figures } = view;
    const numbers =
      figures === undefined ? "" : ` · limit ${figures.limit} · would be ${figures.value} · headroom ${figures.headroom}`;
    return `${view.code}${numbers}`;
  };
  const pending = () => props.row.state === "sending" || props.row.state === "unknown" || props.row.pending !== undefined;

  return (
    <div
      class="row"
      role="row"
      classList={{ pending: pending(), refused: refusal() !== undefined, closed: !isOpen(props.row) && refusal() === undefined }}
      onDblClick={() => isLive(props.row) && props.row.ordType !== OrdType.Market && props.onEdit()}
    >
      <span role="cell">{clockText(props.row.createdMs)}</span>
      <span role="cell">{format()?.info.symbol}</span>
      <span role="cell" classList={{ up: props.row.side === Side.Buy, down: props.row.side === Side.Sell }}>
        {SIDE_TEXT[props.row.side]}
      </span>
      <span role="cell" class="dim" title={kind()}>
        {kind()}
      </span>
      <span role="cell" class="num">
        {format()?.qty(props.row.cumLots)} / {format()?.qty(props.row.orderLots)}
      </span>
      <span role="cell" class="num">
        {price()}
      </span>
      <span role="cell" class="num dim">
        {average()}
      </span>
      <span role="cell" class="state" title={refusal() === undefined ? state() : `${refusalText()} · ${refusal()?.text}`}>
        {refusal() === undefined ? state() : `✕ ${refusalText()}`}
      </span>
      <span role="cell" class="acts">
        <Show when={isOpen(props.row)}>
          <Show when={props.row.ordType !== OrdType.Market}>
            <button type="button" onClick={() => props.onEdit()} disabled={!isLive(props.row) || props.row.pending !== undefined}>
              Amend
            </button>
          </Show>
          <button
            type="button"
            class="cancel"
            disabled={props.row.orderId === "" || props.row.pending?.kind === "cancel"}
            onClick={() => terminal.tell(terminal.desk.cancel(props.row, "blotter"), "blotter")}
          >
            Cancel
          </button>
        </Show>
        <Show when={refusal() !== undefined}>
          <button type="button" aria-label="Dismiss the refusal" onClick={() => terminal.dismissOrder(props.row.key)}>
            ×
          </button>
        </Show>
      </span>
    </div>
  );
}

const LIST_TEXT: Readonly<Record<Contingency, string>> = {
  [Contingency.None]: "",
  [Contingency.Oco]: "OCO",
  [Contingency.Oto]: "OTO",
  [Contingency.Bracket]: "bracket",
};

/** What makes the order unlike a plain one of its type, in few words. */
function flagsOf(row: OrderRow, format: InstrumentFormat | undefined): string {
  const trail = row.trailTicks > 0 ? `by ${format?.price(row.trailTicks)}` : row.trailBps > 0 ? `by ${row.trailBps / 100} %` : "";
  const flags = [
    trail,
    row.listId === "0" ? "" : `${LIST_TEXT[row.contingency]} ${row.listId}`,
    row.reduceOnly ? "reduce" : "",
    row.postOnly === PostOnly.None ? "" : "post",
    row.displayLots > 0 ? `shows ${format?.chipQty(row.displayLots)}` : "",
    row.expireMs > 0 ? `until ${clockText(row.expireMs)}` : "",
  ].filter((flag) => flag !== "");
  return flags.length === 0 ? "" : ` · ${flags.join(" · ")}`;
}
