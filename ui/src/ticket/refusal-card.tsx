/** A refusal where it was asked for: who refused, by which rule, the figures, and the way out where there is one. */
import { Show } from "solid-js";
import type { RefusalFix, RefusalView } from "../format/refusal-text.js";
import "./refusal-card.css";

interface Props {
  readonly view: RefusalView;
  readonly onDismiss: () => void;
  /** Takes the way out; without it the button is not shown. */
  readonly onFix?: (fix: RefusalFix) => void;
}

export function RefusalCard(props: Props) {
  return (
    <div class="refusal" role="alert">
      <p class="head">
        <span aria-hidden="true">✕</span>
        <Show when={props.view.code !== ""}>
          <b>{props.view.code}</b>
        </Show>
        <Show when={props.view.code === ""}>
          <b>Not sent</b>
        </Show>
        <button type="button" class="plain" aria-label="Dismiss" onClick={() => props.onDismiss()}>
          ×
        </button>
      </p>
      <p>
        {props.view.text} <span class="by">{props.view.by === "engine" ? "— engine" : "— this page"}</span>
      </p>
      <Show when={props.view.figures}>
        {(figures) => (
          <dl>
            <dt>limit</dt>
            <dd>{figures().limit}</dd>
            <dt>would be</dt>
            <dd>{figures().value}</dd>
            <dt>headroom</dt>
            <dd>{figures().headroom}</dd>
          </dl>
        )}
      </Show>
      <Show when={props.onFix !== undefined ? props.view.fix : undefined}>
        {(fix) => (
          <button type="button" class="fix" onClick={() => props.onFix?.(fix())}>
            {fix().label}
          </button>
        )}
      </Show>
    </div>
  );
}
