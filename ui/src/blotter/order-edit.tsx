/** Amending an order in its row: new total quantity, price and trigger as it has them, sent as one replace. */
import { Contingency, OrdType } from "@jware/schemas/wire";
import { createMemo, createSignal, onMount, Show } from "solid-js";
import type { OrderRow } from "../state/own-orders.js";
import { SIDE_TEXT } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";

export function OrderEdit(props: { readonly row: OrderRow; readonly onDone: () => void }) {
  const terminal = useTerminal();
  const format = () => terminal.formatOf(props.row.instrument);
  const [qtyText, setQtyText] = createSignal(format()?.qty(props.row.orderLots) ?? "");
  const [priceText, setPriceText] = createSignal(format()?.price(props.row.ticks) ?? "");
  const [triggerText, setTriggerText] = createSignal(format()?.price(props.row.triggerTicks) ?? "");
  const hasPrice = () => props.row.ticks > 0;
  const hasTrigger = () =>
    props.row.state === "waiting" && props.row.triggerTicks > 0 && props.row.ordType !== OrdType.TrailingStop;
  /** Of a linked order only an entry's quantity is its own. */
  const isQtyFixed = () => {
    const { listId, orderId, contingency } = props.row;
    return listId !== "0" && (contingency === Contingency.Oco || orderId !== listId);
  };
  let firstField: HTMLInputElement | undefined;
  onMount(() => firstField?.select());

  const qty = createMemo(() => format()?.parseQty(qtyText()));
  const unchanged = { ok: true, units: 0 } as const;
  const price = createMemo(() => (hasPrice() ? format()?.parsePrice(priceText()) : unchanged));
  const trigger = createMemo(() => (hasTrigger() ? format()?.parsePrice(triggerText()) : unchanged));
  const problem = (): string => {
    for (const parsed of [qty(), price(), trigger()]) if (parsed !== undefined && !parsed.ok) return parsed.problem;
    return "";
  };

  const send = (): void => {
    const [q, p, t] = [qty(), price(), trigger()];
    if (q?.ok !== true || p?.ok !== true || t?.ok !== true) return;
    const newTrigger = hasTrigger() ? t.units : undefined;
    const sent = terminal.tell(terminal.desk.replace(props.row, q.units, p.units, "blotter", newTrigger), "blotter");
    if (sent.ok) props.onDone();
  };

  const nudge = (event: KeyboardEvent, field: "qty" | "price" | "trigger"): void => {
    if (event.code !== "ArrowUp" && event.code !== "ArrowDown") return;
    event.preventDefault();
    const steps = (event.code === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1);
    const [q, p, t, of] = [qty(), price(), trigger(), format()];
    if (of === undefined) return;
    if (field === "qty" && q?.ok === true) setQtyText(of.qty(Math.max(of.info.qtyLotsMin, q.units + steps)));
    if (field === "price" && p?.ok === true) setPriceText(of.price(Math.max(1, p.units + steps)));
    if (field === "trigger" && t?.ok === true) setTriggerText(of.price(Math.max(1, t.units + steps)));
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
          disabled={isQtyFixed()}
          title={isQtyFixed() ? "The quantity of a linked order follows the others" : ""}
          value={qtyText()}
          aria-invalid={qty()?.ok === false}
          onInput={(event) => setQtyText(event.currentTarget.value)}
          onKeyDown={(event) => nudge(event, "qty")}
        />
      </label>
      <Show when={hasTrigger()}>
        <label>
          trigger
          <input
            ref={firstField}
            aria-label="New trigger price"
            inputmode="decimal"
            value={triggerText()}
            aria-invalid={trigger()?.ok === false}
            onInput={(event) => setTriggerText(event.currentTarget.value)}
            onKeyDown={(event) => nudge(event, "trigger")}
          />
        </label>
      </Show>
      <Show when={hasPrice()}>
        <label>
          price
          <input
            ref={firstField}
            aria-label="New price"
            inputmode="decimal"
            value={priceText()}
            aria-invalid={price()?.ok === false}
            onInput={(event) => setPriceText(event.currentTarget.value)}
            onKeyDown={(event) => nudge(event, "price")}
          />
        </label>
      </Show>
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
