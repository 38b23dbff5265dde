import { batch, createMemo, createRoot, createSignal } from "solid-js";
import { describe, expect, it } from "vitest";
import { BTC } from "../../test/venue/instruments.js";
import { InstrumentFormat } from "../format/instrument-format.js";
import { createQuantityText } from "./quantity-text.js";

const other = { ...BTC, id: BTC.id + 1, symbol: "OTHER" };
const formats = new Map([BTC, other].map((info) => [info.id, new InstrumentFormat(info)]));

/** Effects run once the root's body is through. */
function scene() {
  return createRoot((dispose) => {
    const [symbolId, setSymbolId] = createSignal(0);
    const [sizeLots, setSizeLots] = createSignal(0);
    const format = createMemo(() => formats.get(symbolId()));
    const [text, setText] = createQuantityText({ symbolId, format, sizeLots });
    return { text, setText, setSymbolId, setSizeLots, dispose };
  });
}

describe("the ticket's quantity", () => {
  it("shows the size, whichever of symbol and size comes first", () => {
    for (const isSizeFirst of [true, false]) {
      const { text, setSymbolId, setSizeLots, dispose } = scene();
      batch(() => {
        if (isSizeFirst) setSizeLots(500);
        setSymbolId(BTC.id);
        setSizeLots(500);
      });
      expect(text()).toBe("0.0500");
      batch(() => {
        setSizeLots(0);
        setSymbolId(other.id);
        setSizeLots(500);
      });
      expect(text(), "the same size of another instrument").toBe("0.0500");
      dispose();
    }
  });

  it("keeps what is typed while it says the same, and nothing of another instrument", () => {
    const { text, setText, setSymbolId, setSizeLots, dispose } = scene();
    setSymbolId(BTC.id);
    setText("0.05");
    setSizeLots(500);
    expect(text()).toBe("0.05");
    setSizeLots(600);
    expect(text()).toBe("0.0600");
    batch(() => {
      setSymbolId(other.id);
      setSizeLots(0);
    });
    expect(text()).toBe("");
    dispose();
  });
});
