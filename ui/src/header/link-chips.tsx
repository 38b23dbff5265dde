/** How fresh the screen is: age of the newest market data, order round trip, and the stale lock where it is on. */
import { UNKNOWN } from "../format/fixed.js";
import { Match, Show, Switch } from "solid-js";
import { clockText, durationText } from "../format/time.js";
import { useTerminal } from "../state/use-terminal.js";

export function LinkChips(props: { readonly phone: boolean }) {
  const terminal = useTerminal();
  const status = terminal.status;

  const roundTrip = (): string => {
    const now = status();
    if (now === undefined) return UNKNOWN;
    if (now.orderRttCount === 0) return `line ${durationText(now.orders.rttMs)}`;
    return `${durationText(now.orderRttP50Ms)} / ${durationText(now.orderRttP99Ms)}`;
  };

  return (
    <Switch>
      <Match when={terminal.lock().state === "fresh"}>
        <span class="chip fresh" data-testid="feed-age" title="Age of the newest market data">
          <i class="dot" aria-hidden="true" />
          <Show when={!props.phone}>feed</Show> <b>{durationText(status()?.feedMs ?? -1)}</b>
        </span>
        <Show when={!props.phone}>
          <span
            class="chip"
            data-testid="order-rtt"
            title="Order round trip, median / 99th percentile; the line's own before the first order"
          >
            ord <b>{roundTrip()}</b>
          </span>
        </Show>
      </Match>
      <Match when={terminal.lock().state === "stale"}>
        <span
          class="chip stale"
          role="status"
          data-testid="lock"
          title="No new risk until the data is fresh; cancel and flatten work"
        >
          ◇ STALE <Show when={!props.phone}>· {terminal.lock().why}</Show>
        </span>
      </Match>
      <Match when={terminal.lock().state === "down"}>
        <span class="chip lost" role="status" data-testid="lock">
          ✕ DISCONNECTED{" "}
          <Show when={!props.phone}>
            <span>
              {terminal.lastGoodMs() > 0 ? `· as of ${clockText(terminal.lastGoodMs())} UTC ` : ""}· {terminal.lock().why}
            </span>
            <Show when={status()?.orders.state === "replaced" || status()?.market.state === "replaced"}>
              <button type="button" onClick={terminal.reconnect}>
                Take over here
              </button>
            </Show>
          </Show>
        </span>
      </Match>
    </Switch>
  );
}
