/** Ctrl K: type a part of a symbol or name, Enter turns to it. */
import { createEffect, createMemo, createSignal, For } from "solid-js";
import { useActions } from "../keys/actions.js";
import { useTerminal } from "../state/use-terminal.js";

export function SymbolFinder() {
  const terminal = useTerminal();
  const actions = useActions();
  const [text, setText] = createSignal("");
  const [at, setAt] = createSignal(0);
  let dialog: HTMLDialogElement | undefined;

  const found = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    return terminal.formats().filter(({ info }) => `${info.symbol} ${info.name}`.toLowerCase().includes(wanted));
  });

  createEffect(() => {
    if (!actions.finderOpen()) {
      dialog?.close();
      return;
    }
    setText("");
    setAt(0);
    dialog?.showModal();
    dialog?.querySelector("input")?.focus();
  });

  const pick = (index: number): void => {
    const format = found()[index];
    if (format === undefined) return;
    terminal.watch(format.info.id);
    actions.setFinderOpen(false);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.code === "Enter") pick(at());
    else if (event.code === "ArrowDown") setAt(Math.min(found().length - 1, at() + 1));
    else if (event.code === "ArrowUp") setAt(Math.max(0, at() - 1));
    else return;
    event.preventDefault();
  };

  return (
    <dialog ref={dialog} class="finder" aria-labelledby="finder-title" onClose={() => actions.setFinderOpen(false)}>
      <h2 id="finder-title">Find a symbol</h2>
      <input
        aria-label="Symbol or name"
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul>
        <For each={found()} fallback={<li class="empty">Nothing has that name.</li>}>
          {({ info }, index) => (
            <li>
              <button type="button" classList={{ picked: index() === at() }} onClick={() => pick(index())}>
                <b>{info.symbol}</b> <span class="dim">{info.name}</span>
              </button>
            </li>
          )}
        </For>
      </ul>
    </dialog>
  );
}
