/**
 * The text of the ticket's quantity. The size is shared with ladder and keys: presets write it, and so does the field.
 *
 * Invariant: another instrument never keeps the old one's text, and always shows its own size, in whatever order the two became known.
 */
import { type Accessor, createEffect, createSignal, on, untrack } from "solid-js";
import type { InstrumentFormat } from "../format/instrument-format.js";

export interface QuantitySource {
  readonly symbolId: Accessor<number>;
  readonly format: Accessor<InstrumentFormat | undefined>;
  /** 0 = none was chosen yet. */
  readonly sizeLots: Accessor<number>;
}

/** The text, and what the user's typing writes it with. */
export function createQuantityText({ symbolId, format, sizeLots }: QuantitySource): [Accessor<string>, (text: string) => void] {
  const [text, setText] = createSignal("");
  createEffect(
    // One effect for both: two would run in an order of their own.
    on([symbolId, sizeLots, format], ([symbol, lots, of], before) => {
      const kept = before?.[0] === symbol ? untrack(text) : "";
      const shown = of?.parseQty(kept);
      // What is typed and says the same, "0.50" for 0.5, stays as it is.
      const isSame = shown?.ok === true && shown.units === lots;
      setText(of === undefined || lots === 0 || isSame ? kept : of.qty(lots));
    }),
  );
  return [text, setText];
}
