/** Amending an order in its row: new total quantity and price, sent as one replace. */
import { createMemo, createSignal, onMount } from "solid-js";
import type { OrderRow } from "../state/own-orders.js";
import { SIDE_TEXT } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";

export function OrderEdit(props: { readonly row: OrderRow; readonly onDone: () => void }) {
  const terminal = useTerminal();
  const format = () => terminal.formatOf(props.row.instrument);
  const [qtyText, setQtyText] = createSignal(format()?.qty(props.row.orderLots) ?? "");
  const [priceText, setPriceText] = createSignal(format()?.price(props.row.ticks) ?? "");
  let priceField: HTMLInputElement | undefined;
  onMount(() => priceField?.select());

  const qty = createMemo(() => format()?.parseQty(qtyText()));
  const price = createMemo(() => format()?.parsePrice(priceText()));
  const problem = (): string => {
    const [q, p] = [qty(), price()];
    if (q !== undefined && !q.ok) return q.problem;
    return p !== undefined && !p.ok ? p.problem : "";
  };

  const send = (): void => {
    const [q, p] = [qty(), price()];
    if (q?.ok !== true || p?.ok !== true) return;
    const sent = terminal.tell(terminal.desk.replace(props.row, q.units, p.units, "blotter"), "blotter");
    if (sent.ok) props.onDone();
  };

  const nudge = (event: KeyboardEvent, field: "qty" | "price"): void => {
    if (event.code !== "ArrowUp" && event.code !== "ArrowDown") return;
    event.preventDefault();
    const steps = (event.code === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1);
    const [q, p, of] = [qty(), price(), format()];
    if (of === undefined) return;
    if (field === "qty" && q?.ok === true) setQtyText(of.qty(Math.max(of.info.qtyLotsMin, q.units + steps)));
    if (field === "price" && p?.ok === true) setPriceText(of.price(Math.max(1, p.units + steps)));
  };

  return (
    <form
      class="row edit"
      data-escape-is-mine
      aria-label="Amend order"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => event.code === "Escape" && props.onDone()}
    >
      <span>
        {SIDE_TEXT[props.row.side]} {format()?.info.symbol}
      </span>
      <label>
        qty
        <input
          aria-label="New quantity"
          inputmode="decimal"
          value={qtyText()}
          aria-invalid={qty()?.ok === false}
          onInput={(event) => setQtyText(event.currentTarget.value)}
          onKeyDown={(event) => nudge(event, "qty")}
        />
      </label>
      <label>
        price
        <input
          ref={priceField}
          aria-label="New price"
          inputmode="decimal"
          value={priceText()}
          aria-invalid={price()?.ok === false}
          onInput={(event) => setPriceText(event.currentTarget.value)}
          onKeyDown={(event) => nudge(event, "price")}
        />
      </label>
      <button type="submit" disabled={problem() !== ""}>
        Send
      </button>
      <button type="button" onClick={() => props.onDone()}>
        Leave
      </button>
      <span class="problem">{problem()}</span>
    </form>
  );
}
