/**
 * A number field with ± buttons. Arrows step by one, with Shift by ten; the wheel acts only while the field has the focus.
 */
interface Props {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly problem: string;
  readonly disabled?: boolean;
  readonly onInput: (text: string) => void;
  readonly onStep: (steps: number) => void;
}

const BIG_STEP = 10;

export function StepField(props: Props) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.code !== "ArrowUp" && event.code !== "ArrowDown") return;
    event.preventDefault();
    props.onStep((event.code === "ArrowUp" ? 1 : -1) * (event.shiftKey ? BIG_STEP : 1));
  };
  const onWheel = (event: WheelEvent): void => {
    if (document.activeElement !== event.currentTarget) return;
    event.preventDefault();
    props.onStep(event.deltaY < 0 ? 1 : -1);
  };
  return (
    <div class="step-field">
      <label for={`ticket-${props.name}`}>{props.label}</label>
      <button
        type="button"
        tabindex="-1"
        disabled={props.disabled}
        aria-label={`${props.label} down`}
        onClick={() => props.onStep(-1)}
      >
        −
      </button>
      <input
        id={`ticket-${props.name}`}
        name={props.name}
        inputmode="decimal"
        autocomplete="off"
        spellcheck={false}
        disabled={props.disabled}
        value={props.value}
        aria-invalid={props.problem !== "" && props.value !== ""}
        title={props.problem}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onWheel={onWheel}
      />
      <button
        type="button"
        tabindex="-1"
        disabled={props.disabled}
        aria-label={`${props.label} up`}
        onClick={() => props.onStep(1)}
      >
        +
      </button>
    </div>
  );
}
