/** Listens to the keyboard while the session lasts. */
import { onCleanup } from "solid-js";
import type { Actions } from "./actions.js";
import { isTyping, matchKey } from "./hotkeys.js";

export function listenToKeys(actions: Actions): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const binding = matchKey(event, isTyping(event.target));
    if (binding === undefined) return;
    // Space and Enter on a focused button are that button's own.
    if (binding.action === "centre" && event.target instanceof HTMLButtonElement) return;
    if (binding.action === "escape" && document.querySelector("[data-escape-is-mine]")?.contains(event.target as Node)) return;
    event.preventDefault();
    actions.run(binding.action);
  };
  window.addEventListener("keydown", onKeyDown);
  onCleanup(() => window.removeEventListener("keydown", onKeyDown));
}
