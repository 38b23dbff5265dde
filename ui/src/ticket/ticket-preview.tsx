/**
 * What the engine would say to the order that the ticket shows: asked for when the fields have been still for a moment, and never
 * waited for. An answer to what is no longer shown is dropped.
 */
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from "solid-js";
import { useTerminal } from "../state/use-terminal.js";
import type { Terms } from "../stream/order-terms.js";
import { type Preview, previewOf, previewRequest, type ValidationJson } from "./preview-request.js";

/** Typing is over. */
const STILL_MS = 400;
/** Market and limits move under an order that is looked at for long. */
const AGAIN_MS = 5000;

export function TicketPreview(props: { readonly terms: Terms | undefined }) {
  const terminal = useTerminal();
  const [preview, setPreview] = createSignal<Preview>();
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // As text, so that a tick of the market that changes nothing of the order asks nothing anew.
  const body = createMemo((): string | undefined => {
    const [account, format, terms] = [terminal.account(), terminal.format(), props.terms];
    if (account === undefined || format === undefined || terms === undefined) return undefined;
    return JSON.stringify(previewRequest(account.name, format, terms));
  });
  const ask = (text: string): void => {
    const turn = ++asked;
    terminal.api.post("/api/v1/orders/validate", JSON.parse(text)).then(
      (answer) => {
        if (turn !== asked) return;
        setPreview(previewOf(answer as ValidationJson));
        timer = setTimeout(() => ask(text), AGAIN_MS);
      },
      // Without an answer nothing is foretold; the order itself may still be sent.
      () => turn === asked && setPreview(undefined),
    );
  };
  createEffect(
    on(body, (text) => {
      clearTimeout(timer);
      asked++;
      setPreview(undefined);
      if (text !== undefined) timer = setTimeout(() => ask(text), STILL_MS);
    }),
  );
  onCleanup(() => {
    clearTimeout(timer);
    asked++;
  });

  return (
    <div class="preview" aria-live="polite">
      <Show when={preview()}>
        {(known) => (
          <>
            <p classList={{ bad: !known().accepted }} title={known().passed}>
              {known().accepted ? "Passes every check now" : "Would be refused now"}
            </p>
            <Show when={known().accepted && known().closest !== ""}>
              <p class="dim" title={known().passed}>
                {known().closest}
              </p>
            </Show>
            <For each={known().refusals}>
              {({ rule, text, figures }) => (
                <p class="dim" title={`${rule}: ${text}`}>
                  {text} {figures}
                </p>
              )}
            </For>
            <Show when={known().fills !== ""}>
              <p class="dim" title={known().fills}>
                Fills {known().fills}
              </p>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}
