/** From 1280x720 up to full HD: watchlist, chart, ladder, ticket over tape; one blotter below. */
import { createEffect, createSignal } from "solid-js";
import { Blotter, type BlotterTab } from "../blotter/blotter.jsx";
import { ChartPanel } from "../chart/chart-panel.jsx";
import { Header } from "../header/header.jsx";
import { LadderPanel } from "../ladder/ladder-panel.jsx";
import { StatusLine } from "../status/status-line.jsx";
import { Toasts } from "../status/toasts.jsx";
import { useTerminal } from "../state/use-terminal.js";
import { TapePanel } from "../tape/tape-panel.jsx";
import { TicketPanel } from "../ticket/ticket-panel.jsx";
import { Watchlist } from "../watchlist/watchlist.jsx";

const TABS: readonly BlotterTab[] = ["orders", "positions", "fills", "balances", "risk"];

export function DeskLayout(props: { readonly onSignOut: () => void }) {
  const terminal = useTerminal();
  const [tab, setTab] = createSignal<BlotterTab>("orders");
  createEffect(() => {
    const shown = tab();
    terminal.setVisibility(
      () => true,
      (wanted) => wanted === shown,
    );
  });
  return (
    <div class="layout desk">
      <Header phone={false} onSignOut={props.onSignOut} />
      <Watchlist />
      <div class="chart-area">
        <ChartPanel />
        <Toasts />
      </div>
      <LadderPanel rowHeight={18} />
      <div class="ticket-area">
        <TicketPanel />
        <TapePanel />
      </div>
      <Blotter tabs={TABS} tab={tab()} rowHeight={20} onTab={setTab} />
      <StatusLine />
    </div>
  );
}
