/** Makes the session's state, keeps the look in step with the settings, and shows the layout that fits the window. */
import { createEffect, onCleanup } from "solid-js";
import type { Api } from "../session/api.js";
import { createTerminal } from "../state/terminal.js";
import { TerminalContext } from "../state/use-terminal.js";
import { applyLook } from "./look.js";
import { TerminalView } from "./terminal-view.jsx";

interface Props {
  readonly api: Api;
  readonly wsUrl: string;
  readonly onSignOut: () => void;
}

export function SignedIn(props: Props) {
  const terminal = createTerminal(props.api, props.wsUrl);
  onCleanup(terminal.dispose);
  createEffect(() => applyLook(terminal.settings()));
  return (
    <TerminalContext.Provider value={terminal}>
      <TerminalView onSignOut={props.onSignOut} />
    </TerminalContext.Provider>
  );
}
