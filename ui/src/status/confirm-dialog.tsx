/** Asks once more before an order above the person's own limit. The numbers are on the button. */
import { createEffect, Show } from "solid-js";
import { useActions } from "../keys/actions.js";

export function ConfirmDialog() {
  const actions = useActions();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (actions.confirmation() !== undefined) dialog?.showModal();
    else dialog?.close();
  });
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={actions.dropConfirmation}>
      <Show when={actions.confirmation()}>
        {(asked) => (
          <>
            <h2 id="confirm-title">{asked().title}</h2>
            <p class="dim">This is above your confirmation limit (menu ☰).</p>
            <div class="confirm-buttons">
              <button type="button" onClick={actions.dropConfirmation}>
                Leave
              </button>
              <button
                type="button"
                classList={{ send: true, buy: asked().draft.side === 1, sell: asked().draft.side === 2 }}
                onClick={actions.confirm}
              >
                {asked().action}
              </button>
            </div>
          </>
        )}
      </Show>
    </dialog>
  );
}
