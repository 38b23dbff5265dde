/** Phones: one thing at a time, sell and buy always under the thumb. A tap opens the ticket, the second tap sends. */
import { UNKNOWN } from "../format/fixed.js";
import { Side } from "@jware/schemas/wire";
import { createEffect, createSignal, For, Match, Show, Switch } from "solid-js";
import { Blotter, type BlotterTab } from "../blotter/blotter.jsx";
import { ChartPanel } from "../chart/chart-panel.jsx";
import { Header } from "../header/header.jsx";
import { SettingsMenu } from "../header/settings-menu.jsx";
import { LadderPanel } from "../ladder/ladder-panel.jsx";
import { Toasts } from "../status/toasts.jsx";
import { useTerminal } from "../state/use-terminal.js";
import { TapePanel } from "../tape/tape-panel.jsx";
import { TicketPanel } from "../ticket/ticket-panel.jsx";
import { Watchlist } from "../watchlist/watchlist.jsx";

type Page = "chart" | "book" | "orders" | "positions" | "more";

const PAGES: readonly { readonly page: Page; readonly label: string }[] = [
  { page: "chart", label: "Chart" },
  { page: "book", label: "Book" },
  { page: "orders", label: "Orders" },
  { page: "positions", label: "Positions" },
  { page: "more", label: "More" },
];
const ROW_HEIGHT = 44;

export function PhoneLayout(props: { readonly onSignOut: () => void }) {
  const terminal = useTerminal();
  const [page, setPage] = createSignal<Page>("chart");
  const [below, setBelow] = createSignal<"book" | "tape">("book");
  const [more, setMore] = createSignal<BlotterTab>("fills");
  const [sheet, setSheet] = createSignal<Side>();

  createEffect(() => {
    const [shown, open] = [page(), sheet()];
    terminal.setVisibility(
      (origin) => (origin === "ticket" ? open !== undefined : origin === "ladder" || origin === "keys" ? shown === "book" : true),
      (tab) => tab === shown || (shown === "more" && tab === more()),
    );
  });

  const price = (side: Side): string => {
    const quote = terminal.quotes.row(terminal.symbolIndex());
    const ticks = side === Side.Buy ? quote.askTicks : quote.bidTicks;
    return ticks > 0 ? (terminal.format()?.price(ticks) ?? UNKNOWN) : UNKNOWN;
  };

  return (
    <div class="layout phone">
      <Header phone={true} onSignOut={props.onSignOut} />
      <div class="page">
        <Switch>
          <Match when={page() === "chart"}>
            <div class="halves">
              <ChartPanel />
              <div class="half">
                <div class="switch" role="group" aria-label="Below the chart">
                  <button type="button" aria-pressed={below() === "book"} onClick={() => setBelow("book")}>
                    Book
                  </button>
                  <button type="button" aria-pressed={below() === "tape"} onClick={() => setBelow("tape")}>
                    Tape
                  </button>
                </div>
                <Show when={below() === "book"} fallback={<TapePanel />}>
                  <LadderPanel rowHeight={24} />
                </Show>
              </div>
            </div>
          </Match>
          <Match when={page() === "book"}>
            <LadderPanel rowHeight={28} />
          </Match>
          <Match when={page() === "orders"}>
            <Blotter tabs={["orders"]} tab="orders" rowHeight={ROW_HEIGHT} onTab={() => undefined} />
          </Match>
          <Match when={page() === "positions"}>
            <Blotter tabs={["positions"]} tab="positions" rowHeight={ROW_HEIGHT} onTab={() => undefined} />
          </Match>
          <Match when={page() === "more"}>
            <div class="halves">
              <div class="more-settings">
                <SettingsMenu phone={true} onSignOut={props.onSignOut} />
              </div>
              <Watchlist onPick={() => setPage("chart")} />
              <Blotter tabs={["fills", "balances", "risk"]} tab={more()} rowHeight={ROW_HEIGHT} onTab={setMore} />
            </div>
          </Match>
        </Switch>
        <Toasts />
      </div>
      <Show when={sheet() !== undefined}>
        <div class="sheet">
          <button type="button" class="close" onClick={() => setSheet(undefined)}>
            Close ▾
          </button>
          <TicketPanel side={sheet() ?? Side.Buy} />
        </div>
      </Show>
      <div class="sides-bar">
        <button type="button" class="sell" onClick={() => setSheet(Side.Sell)}>
          SELL <b>{price(Side.Sell)}</b>
        </button>
        <button type="button" class="buy" onClick={() => setSheet(Side.Buy)}>
          BUY <b>{price(Side.Buy)}</b>
        </button>
      </div>
      <nav class="pages" aria-label="Pages">
        <For each={PAGES}>
          {(entry) => (
            <button
              type="button"
              aria-pressed={page() === entry.page}
              onClick={() => {
                setSheet(undefined);
                setPage(entry.page);
              }}
            >
              {entry.label}
            </button>
          )}
        </For>
      </nav>
    </div>
  );
}
