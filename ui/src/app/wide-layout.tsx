/** Full HD and more: the tape gets a column of its own, and orders, positions and fills are seen at once. */
import { createSignal } from "solid-js";
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

const ROW_HEIGHT = 24;

export function WideLayout(props: { readonly onSignOut: () => void }) {
  const terminal = useTerminal();
  const [middle, setMiddle] = createSignal<BlotterTab>("positions");
  terminal.setVisibility(
    () => true,
    (tab) => tab === "orders" || tab === "fills" || tab === middle(),
  );
  return (
    <div class="layout wide">
      <Header phone={false} onSignOut={props.onSignOut} />
      <Watchlist />
      <div class="chart-area">
        <ChartPanel />
        <Toasts />
      </div>
      <LadderPanel rowHeight={20} />
      <div class="ticket-area">
        <TicketPanel />
        <TapePanel />
      </div>
      <div class="blotters">
        <Blotter tabs={["orders"]} tab="orders" rowHeight={ROW_HEIGHT} onTab={() => undefined} />
        <Blotter tabs={["positions", "balances", "risk"]} tab={middle()} rowHeight={ROW_HEIGHT} onTab={setMiddle} />
        <Blotter tabs={["fills"]} tab="fills" rowHeight={ROW_HEIGHT} onTab={() => undefined} />
      </div>
      <StatusLine />
    </div>
  );
}
