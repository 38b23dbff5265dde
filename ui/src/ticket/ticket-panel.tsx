/**
 * The order ticket. It never changes side or quantity by itself; a click in the book fills the price only. What it will cost is
 * shown before, a refusal with its figures after.
 */
import { UNKNOWN } from "../format/fixed.js";
import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import type { RefusalFix } from "../format/refusal-text.js";
import { useActions } from "../keys/actions.js";
import { TIF_TEXT } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";
import { RefusalCard } from "./refusal-card.jsx";
import { StepField } from "./step-field.jsx";
import { checkTicket } from "./ticket-check.js";
import "./ticket.css";

const TIFS_LIMIT = [TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok];
const TIFS_MARKET = [TimeInForce.Ioc, TimeInForce.Fok];

export function TicketPanel(props: { readonly side?: Side; readonly onSent?: () => void }) {
  const terminal = useTerminal();
  const actions = useActions();
  const [side, setSide] = createSignal<Side>(props.side ?? Side.Buy);
  const [ordType, setOrdType] = createSignal<OrdType>(OrdType.Limit);
  const [limitTif, setLimitTif] = createSignal<TimeInForce>(TimeInForce.Gtc);
  const [marketTif, setMarketTif] = createSignal<TimeInForce>(TimeInForce.Ioc);
  const [qtyText, setQtyText] = createSignal("");
  const [priceText, setPriceText] = createSignal("");
  const isMarket = () => ordType() === OrdType.Market;
  const timeInForce = () => (isMarket() ? marketTif() : limitTif());
  const quote = createMemo(() => terminal.quotes.row(terminal.symbolIndex()));

  // Another instrument: a price of the old one means nothing.
  createEffect(
    on(terminal.symbolId, () => {
      setPriceText("");
      setQtyText("");
    }),
  );
  // The size is shared with ladder and keys: presets write it, and so does this field.
  createEffect(
    on([terminal.sizeLots, terminal.format], ([lots, format]) => {
      if (format !== undefined && lots > 0 && check()?.lots !== lots) setQtyText(format.qty(lots));
    }),
  );
  createEffect(
    on(
      actions.pickedPrice,
      (picked) => {
        const format = terminal.format();
        if (picked !== undefined && format !== undefined) setPriceText(format.price(picked.ticks));
      },
      { defer: true },
    ),
  );
  // An empty price begins at the touch, once; it never follows the market after that.
  createEffect(() => {
    const format = terminal.format();
    const { bidTicks, askTicks } = quote();
    const near = side() === Side.Buy ? bidTicks : askTicks;
    if (format !== undefined && priceText() === "" && near > 0 && document.activeElement?.id !== "ticket-price") {
      setPriceText(format.price(near));
    }
  });

  const check = createMemo(() => {
    const format = terminal.format();
    if (format === undefined) return undefined;
    return checkTicket({ side: side(), ordType: ordType(), qtyText: qtyText(), priceText: priceText() }, format, quote());
  });

  const lock = createMemo(() => {
    terminal.arm();
    terminal.lock();
    terminal.accountBook();
    terminal.status();
    return terminal.desk.lockReason();
  });
  const disarmed = () => lock()?.startsWith("Disarmed") === true;
  const problem = () => check()?.qtyProblem || check()?.priceProblem || "";

  const setQty = (text: string): void => {
    setQtyText(text);
    const parsed = terminal.format()?.parseQty(text);
    if (parsed?.ok === true && parsed.units > 0) terminal.setSizeLots(parsed.units);
  };

  const step = (field: "qty" | "price", steps: number): void => {
    const format = terminal.format();
    const now = check();
    if (format === undefined || now === undefined) return;
    if (field === "qty") setQty(format.qty(Math.max(format.info.qtyLotsMin, now.lots + steps)));
    else if (!isMarket()) setPriceText(format.price(Math.max(1, now.ticks + steps)));
  };

  const fix = (way: RefusalFix): void => {
    const format = terminal.format();
    if (format === undefined) return;
    if (way.kind === "qty") setQty(format.qty(way.lots));
    else setPriceText(format.price(way.ticks));
    terminal.clearRefusal();
  };

  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (disarmed()) {
      actions.run("arm");
      return;
    }
    const now = check();
    if (now === undefined) return;
    const reason = lock() ?? problem();
    if (reason !== "") {
      terminal.tell({ ok: false, problem: reason }, "ticket");
      return;
    }
    actions.order({
      origin: "ticket",
      side: side(),
      ordType: ordType(),
      timeInForce: timeInForce(),
      lots: now.lots,
      ticks: now.ticks,
    });
    props.onSent?.();
  };

  const available = () => {
    const currency = terminal.format()?.info.quoteCurrency ?? "";
    return terminal.accountBook().balances.get(currency)?.availableMinor;
  };

  const sendText = (): string => {
    const format = terminal.format();
    if (format === undefined) return UNKNOWN;
    if (disarmed()) return props.side === undefined ? "ARM TO TRADE (F2)" : "ARM TO TRADE";
    if (lock() !== undefined) return "LOCKED";
    const verb = side() === Side.Buy ? "BUY" : "SELL";
    const qty = check()?.lots ? format.qty(check()?.lots ?? 0) : UNKNOWN;
    return `${verb} ${qty} ${isMarket() ? "at market" : `@ ${check()?.ticks ? format.price(check()?.ticks ?? 0) : UNKNOWN}`}`;
  };

  return (
    <section class="panel ticket" classList={{ armed: terminal.arm().armed }} aria-label="Order ticket">
      <form onSubmit={send} autocomplete="off">
        <div class="sides" role="radiogroup" aria-label="Side">
          <button type="button" role="radio" class="buy" aria-checked={side() === Side.Buy} onClick={() => setSide(Side.Buy)}>
            Buy
          </button>
          <button type="button" role="radio" class="sell" aria-checked={side() === Side.Sell} onClick={() => setSide(Side.Sell)}>
            Sell
          </button>
        </div>
        <div class="kinds">
          <div class="pair" role="group" aria-label="Order type">
            <button type="button" aria-pressed={!isMarket()} onClick={() => setOrdType(OrdType.Limit)}>
              Limit
            </button>
            <button type="button" aria-pressed={isMarket()} onClick={() => setOrdType(OrdType.Market)}>
              Market
            </button>
          </div>
          <select
            aria-label="Time in force"
            value={timeInForce()}
            onChange={(event) => (isMarket() ? setMarketTif : setLimitTif)(Number(event.currentTarget.value) as TimeInForce)}
          >
            <For each={isMarket() ? TIFS_MARKET : TIFS_LIMIT}>
              {(tif) => (
                <option value={tif} selected={tif === timeInForce()}>
                  {TIF_TEXT[tif]}
                </option>
              )}
            </For>
          </select>
        </div>
        <StepField
          label="Qty"
          name="qty"
          value={qtyText()}
          problem={check()?.qtyProblem ?? ""}
          onInput={setQty}
          onStep={(steps) => step("qty", steps)}
        />
        <div class="presets" role="group" aria-label="Size presets">
          <For each={terminal.presets()}>
            {(lots, index) => (
              <button
                type="button"
                title={`Key ${index() + 1}; Shift click keeps the present qty here`}
                aria-pressed={terminal.sizeLots() === lots}
                onClick={(event) =>
                  event.shiftKey && check()?.lots
                    ? terminal.setPreset(index(), check()?.lots ?? lots)
                    : terminal.setSizeLots(lots)
                }
              >
                {terminal.format()?.shortQty(lots)}
              </button>
            )}
          </For>
        </div>
        <StepField
          label="Price"
          name="price"
          value={isMarket() ? "market" : priceText()}
          problem={check()?.priceProblem ?? ""}
          disabled={isMarket()}
          onInput={setPriceText}
          onStep={(steps) => step("price", steps)}
        />
        <dl class="cost">
          <dt>Worth{check()?.crosses ? ", takes" : ", rests"}</dt>
          <dd>{money(check()?.worthMinor)}</dd>
          <dt>Fee up to</dt>
          <dd>{money(check()?.feeMinor)}</dd>
          <dt>Available</dt>
          <dd>{money(available())}</dd>
        </dl>
        <button
          type="submit"
          class="send"
          classList={{ buy: side() === Side.Buy && lock() === undefined, sell: side() === Side.Sell && lock() === undefined }}
          aria-describedby="ticket-note"
        >
          {sendText()}
        </button>
        <p id="ticket-note" class="note" classList={{ bad: lock() === undefined && problem() !== "" }}>
          {lock() !== undefined && !disarmed()
            ? lock()
            : problem() || `${terminal.account()?.name ?? ""} · ${terminal.format()?.info.quoteCurrency ?? ""}`}
        </p>
        <Show when={terminal.refusal()?.origin === "ticket" ? terminal.refusal() : undefined}>
          {(notice) => <RefusalCard view={notice().view} onDismiss={terminal.clearRefusal} onFix={fix} />}
        </Show>
      </form>
    </section>
  );

  function money(minor: bigint | undefined): string {
    const format = terminal.format();
    return minor === undefined || format === undefined ? UNKNOWN : format.money(minor);
  }
}
