/** Look, confirmation limit, keys, password, sign-out. */
import { createSignal, For, Show } from "solid-js";
import { useActions } from "../keys/actions.js";
import { PasswordDialog } from "../session/password-dialog.jsx";
import type { Pair } from "../state/settings.js";
import { useTerminal } from "../state/use-terminal.js";
import { AccountSelect } from "./account-select.jsx";

const THEMES = [
  { theme: "dark", label: "Dark" },
  { theme: "light", label: "Light" },
] as const;

const PAIRS: readonly { readonly pair: Pair; readonly label: string }[] = [
  { pair: "green-red", label: "Green up, red down" },
  { pair: "blue-orange", label: "Blue up, orange down" },
  { pair: "red-green", label: "Red up, green down" },
];

/** On a phone the account is chosen here: the bar on top has no room for it. */
export function SettingsMenu(props: { readonly onSignOut: () => void; readonly phone?: boolean }) {
  const terminal = useTerminal();
  const actions = useActions();
  const [open, setOpen] = createSignal(false);
  const [passwordOpen, setPasswordOpen] = createSignal(false);
  let root: HTMLDivElement | undefined;

  const onFocusOut = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && root?.contains(event.relatedTarget)) return;
    if (event.relatedTarget !== null) setOpen(false);
  };

  return (
    <>
      <div class="settings" ref={root} onFocusOut={onFocusOut}>
        <button type="button" class="plain" aria-label="Settings" aria-expanded={open()} onClick={() => setOpen(!open())}>
          ☰
        </button>
        <Show when={open()}>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: closes with Escape like any menu */}
          <div class="menu" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
            <p class="who">
              {terminal.api.user?.name} · {terminal.api.user?.role}
            </p>
            <Show when={props.phone === true && terminal.accounts().length > 1}>
              <AccountSelect />
            </Show>
            <div class="choice" role="group" aria-label="Theme">
              <For each={THEMES}>
                {({ theme, label }) => (
                  <button
                    type="button"
                    aria-pressed={terminal.settings().theme === theme}
                    onClick={() => terminal.setSettings({ theme })}
                  >
                    {label}
                  </button>
                )}
              </For>
            </div>
            <For each={PAIRS}>
              {({ pair, label }) => (
                <button
                  type="button"
                  aria-pressed={terminal.settings().pair === pair}
                  onClick={() => terminal.setSettings({ pair, pairChosen: true })}
                >
                  {label}
                </button>
              )}
            </For>
            <label>
              Ask again above
              <input
                inputmode="numeric"
                value={terminal.settings().confirmAbove}
                onChange={(event) => {
                  const value = Number(event.currentTarget.value.replaceAll(",", ""));
                  if (Number.isFinite(value) && value >= 0) terminal.setSettings({ confirmAbove: value });
                  else event.currentTarget.value = String(terminal.settings().confirmAbove);
                }}
              />
            </label>
            <button
              type="button"
              onClick={() => {
                setOpen(false);
                actions.run("help");
              }}
            >
              Keys <kbd>?</kbd>
            </button>
            <a href="/docs" target="_blank" rel="noreferrer">
              REST documentation
            </a>
            <button
              type="button"
              onClick={() => {
                setOpen(false);
                setPasswordOpen(true);
              }}
            >
              Change password
            </button>
            <button type="button" onClick={props.onSignOut}>
              Sign out
            </button>
          </div>
        </Show>
      </div>
      <PasswordDialog api={terminal.api} open={passwordOpen()} onClose={() => setPasswordOpen(false)} />
    </>
  );
}
