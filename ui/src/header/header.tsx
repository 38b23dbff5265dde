/** The bar on top: what is traded, on which account, how fresh it is, whether trading is armed, and the way to stop everything. */
import { UNKNOWN } from "../format/fixed.js";
import { Permission, TradingState, Venue } from "@jware/schemas/wire";
import { createMemo, Show } from "solid-js";
import { useActions } from "../keys/actions.js";
import { useTerminal } from "../state/use-terminal.js";
import { AccountSelect } from "./account-select.jsx";
import { LinkChips } from "./link-chips.jsx";
import { SettingsMenu } from "./settings-menu.jsx";
import { PositionChip } from "./position-chip.jsx";
import "./header.css";

export function Header(props: { readonly phone: boolean; readonly onSignOut: () => void }) {
  const terminal = useTerminal();
  const actions = useActions();
  const quote = createMemo(() => terminal.quotes.row(terminal.symbolIndex()));
  const halted = () => terminal.accountBook().state === TradingState.Halted;

  const change = createMemo(() => {
    const { lastTicks, referenceTicks } = quote();
    return lastTicks > 0 && referenceTicks > 0 ? ((lastTicks - referenceTicks) / referenceTicks) * 100 : undefined;
  });

  return (
    <header class="header" classList={{ armed: terminal.arm().armed, halted: halted() }}>
      <Show when={!props.phone}>
        <img src="/icon.svg" alt="Jware Trader" width="20" height="20" />
      </Show>
      <button type="button" class="symbol plain" onClick={() => actions.setFinderOpen(true)} title="Find a symbol (Ctrl K)">
        <b>{terminal.format()?.info.symbol ?? UNKNOWN}</b>
        <Show when={!props.phone}>
          <span aria-hidden="true"> ▾</span>
        </Show>
      </button>
      <span class="last" data-testid="last">
        {quote().lastTicks > 0 ? terminal.format()?.price(quote().lastTicks) : UNKNOWN}
      </span>
      <Show when={!props.phone && change()}>
        {(percent) => <span classList={{ up: percent() >= 0, down: percent() < 0 }}>{signedPercent(percent())}</span>}
      </Show>
      <span
        class="chip account"
        title={terminal.durable() ? "Acknowledged orders are on disk" : "Acknowledged orders are in memory only"}
      >
        <b class="badge">{terminal.format()?.info.venue === Venue.Internal ? "INTERNAL" : "PAPER"}</b>
        <Show when={!props.phone}>
          <Show when={terminal.accounts().length > 1} fallback={<span>{terminal.account()?.name ?? UNKNOWN}</span>}>
            <AccountSelect />
          </Show>
        </Show>
      </span>
      <LinkChips phone={props.phone} />
      <Show when={!props.phone}>
        <PositionChip />
      </Show>
      <span class="spread" />
      <Show when={halted()}>
        <HaltedChip />
      </Show>
      <button
        type="button"
        class="arm"
        classList={{ on: terminal.arm().armed }}
        aria-pressed={terminal.arm().armed}
        title={terminal.arm().armed ? "Trading is armed: clicks and keys send orders (F2)" : armTitle(terminal.arm().why)}
        onClick={() => actions.run("arm")}
      >
        {terminal.arm().armed ? "◉ ARMED" : props.phone ? "○ ARM" : "○ DISARMED"}
      </button>
      <button
        type="button"
        class="kill"
        classList={{ waiting: actions.killWaiting() }}
        title="Halts the account and cancels all its orders (Ctrl ` twice)"
        onClick={() => actions.run("kill")}
      >
        {actions.killWaiting() ? (props.phone ? "AGAIN" : "AGAIN TO KILL") : "KILL"}
      </button>
      <Show when={!props.phone}>
        <SettingsMenu onSignOut={props.onSignOut} />
      </Show>
    </header>
  );
}

/** Whoever may release an account gets the button; everybody else is told whom to ask. */
function HaltedChip() {
  const terminal = useTerminal();
  const mayRelease = () => ((terminal.account()?.permissions ?? 0) & Permission.Risk) !== 0;
  const release = async (): Promise<void> => {
    const name = encodeURIComponent(terminal.account()?.name ?? "");
    try {
      await terminal.api.post(`/api/v1/accounts/${name}/release`, { reason: "released from the terminal" });
    } catch (error) {
      terminal.toast("bad", `Not released: ${error instanceof Error ? error.message : "no answer"}`);
    }
  };
  return (
    <span class="halted-chip" role="status" title={terminal.accountBook().stateReason}>
      ■ HALTED
      <Show when={mayRelease()} fallback={<span class="ask">an admin releases it</span>}>
        <button type="button" onClick={() => void release()}>
          Release
        </button>
      </Show>
    </span>
  );
}

const armTitle = (why: string): string =>
  why === "" ? "Arm trading: clicks and keys will send orders (F2)" : `Disarmed: ${why}. F2 arms.`;

export function signedPercent(percent: number): string {
  const text = Math.abs(percent).toFixed(2);
  if (text === "0.00") return "0.00%";
  return `${percent > 0 ? "+" : "\u2212"}${text}%`;
}
