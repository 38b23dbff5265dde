/** The whole equity of the account in its base currency, beside its balances; nothing where it has none. */
import { createEffect, createSignal, onCleanup, Show } from "solid-js";
import { baseEquityText, fetchBaseEquity } from "../state/base-equity.js";
import { useTerminal } from "../state/use-terminal.js";

/** Marks move all the time; a read is a request. */
const REFRESH_MS = 5_000;

export function BaseEquity() {
  const terminal = useTerminal();
  const [text, setText] = createSignal<string>();
  createEffect(() => {
    const account = terminal.accounts().find(({ id }) => id === terminal.accountId());
    setText(undefined);
    if (account === undefined) return;
    let isCurrent = true;
    const refresh = () =>
      fetchBaseEquity(terminal.api, account.name).then(
        (base) => isCurrent && setText(base === null ? undefined : baseEquityText(base)),
        () => isCurrent && setText(undefined),
      );
    void refresh();
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    onCleanup(() => {
      isCurrent = false;
      clearInterval(timer);
    });
  });
  return <Show when={text()}>{(line) => <span class="spread dim">{line()}</span>}</Show>;
}
