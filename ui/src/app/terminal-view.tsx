/** The three layouts. Hidden panels are not mounted, so no canvas works unseen. */
import { Match, Switch } from "solid-js";
import { ActionsContext, createActions } from "../keys/actions.js";
import { KeyOverlay } from "../keys/key-overlay.jsx";
import { listenToKeys } from "../keys/keyboard.js";
import { ConfirmDialog } from "../status/confirm-dialog.jsx";
import { useTerminal } from "../state/use-terminal.js";
import { SymbolFinder } from "../watchlist/symbol-finder.jsx";
import { DeskLayout } from "./desk-layout.jsx";
import { PhoneLayout } from "./phone-layout.jsx";
import { useSizeClass } from "./size-class.js";
import { WideLayout } from "./wide-layout.jsx";
import "./layout.css";

export function TerminalView(props: { readonly onSignOut: () => void }) {
  const terminal = useTerminal();
  const actions = createActions(terminal);
  listenToKeys(actions);
  const sizeClass = useSizeClass();
  return (
    <ActionsContext.Provider value={actions}>
      <Switch>
        <Match when={sizeClass() === "desk"}>
          <DeskLayout onSignOut={props.onSignOut} />
        </Match>
        <Match when={sizeClass() === "wide"}>
          <WideLayout onSignOut={props.onSignOut} />
        </Match>
        <Match when={sizeClass() === "phone"}>
          <PhoneLayout onSignOut={props.onSignOut} />
        </Match>
      </Switch>
      <ConfirmDialog />
      <KeyOverlay />
      <SymbolFinder />
    </ActionsContext.Provider>
  );
}
