/** The last line: sequence health, clock offset, acknowledgement mode, UTC time, the last refusal. */
import { createMemo, Show } from "solid-js";
import { MINUS } from "../format/fixed.js";
import { clockMsText, clockText } from "../format/time.js";
import { useTerminal } from "../state/use-terminal.js";
import "./status-line.css";

export function StatusLine() {
  const terminal = useTerminal();
  const offset = (): string => {
    const ms = terminal.status()?.clockOffsetMs ?? 0;
    return `${ms < 0 ? MINUS : "+"}${Math.abs(ms).toFixed(1)} ms`;
  };
  /** The server's time: it is what orders and fills carry. */
  const now = createMemo(() => {
    terminal.slowTick();
    return clockMsText(Date.now() + (terminal.status()?.clockOffsetMs ?? 0));
  });
  const gaps = () => terminal.status()?.gapCount ?? 0;

  return (
    <footer class="status-line">
      <span data-testid="seq">
        {terminal.lock().state === "fresh" ? "seq ok" : "seq waiting"}
        <Show when={gaps() > 0}>
          {" "}
          · {gaps()} {gaps() === 1 ? "gap" : "gaps"} mended
        </Show>
      </span>
      <span>clock {offset()}</span>
      <span>acks {terminal.durable() ? "durable" : "in memory"}</span>
      <span class="num">{now()} UTC</span>
      <span class="last-refusal" classList={{ some: terminal.lastRefusal() !== undefined }}>
        last refusal{" "}
        <Show when={terminal.lastRefusal()} fallback="none">
          {(notice) => (
            <>
              {notice().view.code} at {clockText(notice().atMs)}
            </>
          )}
        </Show>
      </span>
      <span class="spread">
        keys <kbd>?</kbd>
      </span>
    </footer>
  );
}
