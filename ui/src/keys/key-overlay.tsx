/** Every key and mouse gesture on one page. */
import { createEffect, For } from "solid-js";
import { useActions } from "./actions.js";
import { KEY_BINDINGS } from "./hotkeys.js";
import "../status/dialogs.css";

const GESTURES = [
  ["Left click, bid column", "Buy at that price", true],
  ["Left click, ask column", "Sell at that price", true],
  ["Right click", "Cancel own orders there", false],
  ["Middle click", "Centre the ladder", false],
  ["Double click an order", "Amend it", false],
  ["Drag an order's line in the chart", "Amend its price; Esc leaves it", true],
  ["Click an order's line", "Amend it in its row", false],
  ["↑ ↓ Enter in the ladder", "Move the cursor, place there", true],
  ["↑ ↓ in a ticket field", "One step; ten with Shift", false],
] as const;

export function KeyOverlay() {
  const actions = useActions();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (actions.helpOpen()) dialog?.showModal();
    else dialog?.close();
  });
  return (
    <dialog
      ref={dialog}
      class="key-overlay"
      aria-labelledby="keys-title"
      onClose={() => actions.helpOpen() && actions.run("help")}
    >
      <h2 id="keys-title">Keys and gestures</h2>
      <dl>
        <For each={KEY_BINDINGS.filter(({ action }) => !/^size-[2-5]$/.test(action))}>
          {(binding) => (
            <>
              <dt>
                <kbd>{binding.action === "size-1" ? "1 – 5" : binding.label}</kbd>
              </dt>
              <dd>
                {binding.action === "size-1" ? "Size presets" : binding.does}{" "}
                {binding.needsArm === true ? <span class="needs">· armed</span> : undefined}
              </dd>
            </>
          )}
        </For>
        <For each={GESTURES}>
          {([gesture, does, needsArm]) => (
            <>
              <dt class="dim">{gesture}</dt>
              <dd>
                {does} {needsArm ? <span class="needs">· armed</span> : undefined}
              </dd>
            </>
          )}
        </For>
      </dl>
      <button type="button" onClick={() => actions.run("help")}>
        Close
      </button>
    </dialog>
  );
}
