/** The part of the ticket that most orders do not need, folded away: exits, display quantity, and how an order may trade. */
import { PostOnly, SelfTradePrevention, TriggerSource } from "@jware/schemas/wire";
import { For, Show } from "solid-js";
import { LIMIT_KIND, OCO_KIND, type TermTexts, type TicketKind } from "./ticket-terms.js";

interface Props {
  readonly kind: TicketKind;
  readonly texts: TermTexts;
  /** Whether the account has a long and a short leg. */
  readonly hedges: boolean;
  readonly onChange: (change: Partial<TermTexts>) => void;
}

const SOURCES = [
  [TriggerSource.Last, "last trade"],
  [TriggerSource.Mark, "mark"],
  [TriggerSource.Quote, "quote"],
  [TriggerSource.Mid, "middle"],
] as const;
const POST_ONLY = [
  [PostOnly.None, "may take"],
  [PostOnly.Reject, "refuse to take"],
  [PostOnly.Reprice, "one tick short"],
] as const;
const SELF_TRADE = [
  [SelfTradePrevention.CancelNewest, "cancel newest"],
  [SelfTradePrevention.CancelOldest, "cancel oldest"],
  [SelfTradePrevention.CancelBoth, "cancel both"],
  [SelfTradePrevention.Decrement, "reduce both"],
  [SelfTradePrevention.Allow, "let them trade"],
] as const;

export function TicketMore(props: Props) {
  const reduceOnlyText = () => {
    const both = props.kind === OCO_KIND ? ", both" : "";
    return props.hedges ? `Close a leg (reduce-only${both}): buys close Short, sells Long` : `Reduce-only${both}`;
  };
  const text = (field: "profit" | "stop" | "display", label: string, title: string) => (
    <label title={title}>
      {label}
      <input
        inputmode="decimal"
        autocomplete="off"
        aria-label={label}
        value={props.texts[field]}
        onInput={(event) => props.onChange({ [field]: event.currentTarget.value.trim() })}
      />
    </label>
  );
  const choice = <Value extends number>(
    label: string,
    value: Value,
    options: readonly (readonly [Value, string])[],
    take: (value: Value) => void,
  ) => (
    <label>
      {label}
      <select aria-label={label} onChange={(event) => take(Number(event.currentTarget.value) as Value)}>
        <For each={options}>
          {([number, words]) => (
            <option value={number} selected={number === value}>
              {words}
            </option>
          )}
        </For>
      </select>
    </label>
  );
  const isEntry = () => props.kind === LIMIT_KIND || props.kind.name === "market";
  const given = () => {
    const { profit, stop, display, postOnly, reduceOnly } = props.texts;
    const exits = isEntry() ? [profit !== "", stop !== ""] : [];
    const resting = props.kind.hasPrice ? [display !== "", postOnly !== 0] : [];
    return [...exits, ...resting, reduceOnly].filter(Boolean).length;
  };

  return (
    <details class="more">
      <summary>Advanced{given() > 0 ? ` · ${given()} set` : ""}</summary>
      <div class="more-fields">
        <Show when={isEntry()}>
          {text("profit", "Take-profit +", "Distance from the entry; with a stop-loss it makes a bracket")}
          {text("stop", "Stop-loss −", "Distance from the entry")}
        </Show>
        <Show when={props.kind.hasPrice}>
          {text("display", "Display qty", "How much of it is shown at once; empty = all")}
          {choice("Post-only", props.texts.postOnly, POST_ONLY, (postOnly) => props.onChange({ postOnly }))}
        </Show>
        <Show when={props.kind.hasTrigger || props.kind.hasTrail || (isEntry() && props.texts.stop !== "")}>
          {choice("Trigger by", props.texts.triggerSource, SOURCES, (triggerSource) => props.onChange({ triggerSource }))}
        </Show>
        {choice("Own orders", props.texts.selfTradePrevention, SELF_TRADE, (selfTradePrevention) =>
          props.onChange({ selfTradePrevention }),
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={props.texts.reduceOnly}
            onChange={(event) => props.onChange({ reduceOnly: event.currentTarget.checked })}
          />
          {reduceOnlyText()}
        </label>
      </div>
    </details>
  );
}
