/** What is read of an account as a whole and shown in a line beside its balances: its equity in one money, and what it pays. */
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from "solid-js";
import type { Api } from "../session/api.js";
import { accountFeesText, fetchAccountFees } from "../state/account-fees.js";
import { baseEquityText, fetchBaseEquity } from "../state/base-equity.js";
import { useTerminal } from "../state/use-terminal.js";

/** Marks move all the time; a read is a request. */
const EQUITY_REFRESH_MS = 5_000;
/** A tier changes with the day, or when someone changes the schedule. */
const FEES_REFRESH_MS = 60_000;

/** Nothing where the account has no base currency. */
export const BaseEquity = () => <AccountLine read={readEquity} refreshMs={EQUITY_REFRESH_MS} />;

export const AccountFees = () => <AccountLine read={readFees} refreshMs={FEES_REFRESH_MS} />;

const readEquity = async (api: Api, account: string): Promise<string | undefined> => {
  const base = await fetchBaseEquity(api, account);
  return base === null ? undefined : baseEquityText(base);
};

const readFees = async (api: Api, account: string): Promise<string> => accountFeesText(await fetchAccountFees(api, account));

function AccountLine(props: {
  readonly read: (api: Api, account: string) => Promise<string | undefined>;
  readonly refreshMs: number;
}) {
  const terminal = useTerminal();
  const [text, setText] = createSignal<string>();
  const name = createMemo(() => terminal.accounts().find(({ id }) => id === terminal.accountId())?.name);
  createEffect(on(name, () => setText(undefined)));
  createEffect(() => {
    const account = name();
    // What was set just now may be what is read.
    terminal.riskNotes();
    if (account === undefined) return;
    let isCurrent = true;
    const refresh = () =>
      props.read(terminal.api, account).then(
        (line) => isCurrent && setText(line),
        () => isCurrent && setText(undefined),
      );
    void refresh();
    const timer = setInterval(() => void refresh(), props.refreshMs);
    onCleanup(() => {
      isCurrent = false;
      clearInterval(timer);
    });
  });
  return (
    <Show when={text()}>
      {(line) => (
        <span class="account-line dim" title={line()}>
          {line()}
        </span>
      )}
    </Show>
  );
}
