/** At most three short notes over the chart, never over ticket or ladder; and one live line for screen readers. */
import { For } from "solid-js";
import { useTerminal } from "../state/use-terminal.js";
import "./toasts.css";

const MARK = { info: "i", good: "✓", bad: "✕" } as const;

export function Toasts() {
  const terminal = useTerminal();
  return (
    <>
      <div class="toasts" aria-hidden="true">
        <For each={terminal.toasts()}>
          {(toast) => (
            <p class={`toast ${toast.tone}`}>
              <b>{MARK[toast.tone]}</b> {toast.text}
              {toast.count > 1 ? ` ×${toast.count}` : ""}
            </p>
          )}
        </For>
      </div>
      <p class="hidden-text" aria-live="assertive" data-testid="announcement">
        {terminal.announcement()}
      </p>
    </>
  );
}
