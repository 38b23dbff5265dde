/** Money by currency: what is there, what open positions use, what working orders hold, what is left. */
import { createMemo, For } from "solid-js";
import { grouped, rescaled } from "../format/fixed.js";
import { useTerminal } from "../state/use-terminal.js";
import { VirtualRows } from "./virtual-rows.jsx";

const SHOWN_DECIMALS = 2;

export function BalancesTable(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const rows = createMemo(() =>
    [...terminal.accountBook().balances.values()].sort((a, b) => a.currency.localeCompare(b.currency)),
  );
  const decimalsOf = (currency: string): number | undefined =>
    terminal.formats().find(({ info }) => info.quoteCurrency === currency)?.info.currencyDecimals;
  const text = (minor: bigint, currency: string): string => {
    const decimals = decimalsOf(currency);
    return decimals === undefined
      ? `${grouped(minor, 0)} minor`
      : grouped(rescaled(minor, decimals, SHOWN_DECIMALS), SHOWN_DECIMALS);
  };
  return (
    <VirtualRows
      rows={rows()}
      rowHeight={props.rowHeight}
      label="Balances"
      columns="balances"
      empty="No balances."
      head={
        <>
          <span role="columnheader">Currency</span>
          <For each={["Cash", "In positions", "Held by orders", "Available"]}>
            {(name) => (
              <span role="columnheader" class="num">
                {name}
              </span>
            )}
          </For>
        </>
      }
    >
      {(balance) => (
        <div class="row" role="row">
          <span role="cell">{balance.currency}</span>
          <For each={[balance.cashMinor, balance.usedMinor, balance.heldMinor, balance.availableMinor]}>
            {(minor) => (
              <span role="cell" class="num" title={grouped(minor, decimalsOf(balance.currency) ?? 0)}>
                {text(minor, balance.currency)}
              </span>
            )}
          </For>
        </div>
      )}
    </VirtualRows>
  );
}
