/** Which account is traded; choosing another disarms. For who has more than one. */
import { For } from "solid-js";
import { useTerminal } from "../state/use-terminal.js";

export function AccountSelect() {
  const terminal = useTerminal();
  return (
    <select
      aria-label="Account"
      value={terminal.accountId()}
      onChange={(event) => terminal.chooseAccount(Number(event.currentTarget.value))}
    >
      <For each={terminal.accounts()}>{(account) => <option value={account.id}>{account.name}</option>}</For>
    </select>
  );
}
