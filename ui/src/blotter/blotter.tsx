/** The tabs below the chart: orders, positions, fills, balances, risk. A pane shows the tabs it is given. */
import { createEffect, createMemo, createUniqueId, For, Match, Show, Switch } from "solid-js";
import { useActions } from "../keys/actions.js";
import { isOpen } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";
import { BalancesTable } from "./balances-table.jsx";
import { AccountFees, BaseEquity } from "./account-line.jsx";
import { FillsTable } from "./fills-table.jsx";
import { OrdersTable } from "./orders-table.jsx";
import { PositionsTable } from "./positions-table.jsx";
import { RiskTable } from "./risk-table.jsx";
import "./blotter.css";

export type BlotterTab = "orders" | "positions" | "fills" | "balances" | "risk";

const LABEL: Readonly<Record<BlotterTab, string>> = {
  orders: "Orders",
  positions: "Positions",
  fills: "Fills",
  balances: "Balances",
  risk: "Risk",
};

interface Props {
  readonly tabs: readonly BlotterTab[];
  readonly tab: BlotterTab;
  readonly rowHeight: number;
  readonly onTab: (tab: BlotterTab) => void;
}

export function Blotter(props: Props) {
  const terminal = useTerminal();
  const actions = useActions();
  const id = createUniqueId();
  const openCount = createMemo(
    () => terminal.orderRows.rows.filter((row) => isOpen(row) && row.account === terminal.accountId()).length,
  );
  const positionCount = createMemo(() => [...terminal.accountBook().positions.values()].filter(({ lots }) => lots !== 0).length);
  const count = (tab: BlotterTab): number => (tab === "orders" ? openCount() : tab === "positions" ? positionCount() : 0);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.code === "ArrowRight" ? 1 : event.code === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = props.tabs.indexOf(props.tab);
    const next = props.tabs[(at + step + props.tabs.length) % props.tabs.length];
    if (next === undefined) return;
    props.onTab(next);
    queueMicrotask(() => document.getElementById(`${id}-${next}`)?.focus());
  };

  // An order that is to be amended is shown, whatever was.
  createEffect(() => {
    if (actions.editing() !== "" && props.tabs.includes("orders")) props.onTab("orders");
  });

  return (
    <section class="panel blotter" aria-label="Orders and positions">
      <header class="panel-head">
        <div role="tablist" class="tabs" onKeyDown={onKeyDown}>
          <For each={props.tabs}>
            {(tab) => (
              <button
                type="button"
                role="tab"
                id={`${id}-${tab}`}
                aria-selected={props.tab === tab}
                tabindex={props.tab === tab ? 0 : -1}
                onClick={() => props.onTab(tab)}
              >
                {LABEL[tab]}
                <Show when={count(tab) > 0}>
                  <b class="count">{count(tab)}</b>
                </Show>
              </button>
            )}
          </For>
        </div>
        <Show when={terminal.refusal()?.origin === "blotter" ? terminal.refusal() : undefined}>
          {(notice) => (
            <span class="blotter-refusal" role="alert">
              ✕ {notice().view.code} {notice().view.text}
              <button type="button" class="plain" aria-label="Dismiss" onClick={terminal.clearRefusal}>
                ×
              </button>
            </span>
          )}
        </Show>
        <Show when={props.tab === "balances"}>
          <span class="spread account-lines">
            <AccountFees />
            <BaseEquity />
          </span>
        </Show>
        <Show when={props.tab === "orders" && openCount() > 0}>
          <button type="button" class="spread" title="Shift E" onClick={() => actions.run("cancel-all")}>
            Cancel all
          </button>
        </Show>
      </header>
      <Switch>
        <Match when={props.tab === "orders"}>
          <OrdersTable rowHeight={props.rowHeight} />
        </Match>
        <Match when={props.tab === "positions"}>
          <PositionsTable rowHeight={props.rowHeight} />
        </Match>
        <Match when={props.tab === "fills"}>
          <FillsTable rowHeight={props.rowHeight} />
        </Match>
        <Match when={props.tab === "balances"}>
          <BalancesTable rowHeight={props.rowHeight} />
        </Match>
        <Match when={props.tab === "risk"}>
          <RiskTable rowHeight={props.rowHeight} />
        </Match>
      </Switch>
    </section>
  );
}
