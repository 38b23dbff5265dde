/**
 * The order ticket. It never changes side or quantity by itself; a click in the book fills the price only. What it will cost is
 * shown before, a refusal with its figures after.
 */
import { UNKNOWN } from "../format/fixed.js";
import { PostOnly, SelfTradePrevention, Side, TimeInForce, TriggerSource } from "@jware/schemas/wire";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import type { RefusalFix } from "../format/refusal-text.js";
import { useActions } from "../keys/actions.js";
import { TIF_TEXT } from "../state/own-orders.js";
import { useTerminal } from "../state/use-terminal.js";
import type { Terms } from "../stream/order-terms.js";
import { createQuantityText } from "./quantity-text.js";
import { RefusalCard } from "./refusal-card.jsx";
import { StepField } from "./step-field.jsx";
import { checkTicket } from "./ticket-check.js";
import { TicketMore } from "./ticket-more.jsx";
import { TicketPreview } from "./ticket-preview.jsx";
import {
  LIMIT_KIND,
  OCO_KIND,
  readTicketTerms,
  type TermTexts,
  TICKET_KINDS,
  type TicketKind,
  timesInForceOf,
} from "./ticket-terms.js";
import "./ticket.css";

const NO_TERMS: TermTexts = {
  ...{ trigger: "", triggerSource: TriggerSource.Last, trail: "", isTrailPercent: false, display: "", expire: "" },
  ...{ postOnly: PostOnly.None, reduceOnly: false, selfTradePrevention: SelfTradePrevention.CancelNewest },
  ...{ profit: "", stop: "" },
};

export function TicketPanel(props: { readonly side?: Side; readonly onSent?: () => void }) {
  const terminal = useTerminal();
  const actions = useActions();
  const [side, setSide] = createSignal<Side>(props.side ?? Side.Buy);
  const [kind, setKind] = createSignal<TicketKind>(LIMIT_KIND);
  const [wantedTif, setWantedTif] = createSignal<TimeInForce>(TimeInForce.Gtc);
  const [texts, setTexts] = createSignal<TermTexts>(NO_TERMS);
  const [qtyText, setQtyText] = createQuantityText(terminal);
  const [priceText, setPriceText] = createSignal("");
  const change = (changed: Partial<TermTexts>): void => void setTexts((now) => ({ ...now, ...changed }));
  /** What was chosen, where the type takes it; else the type's first. */
  const timeInForce = (): TimeInForce => {
    const offered = timesInForceOf(kind());
    return offered.includes(wantedTif()) ? wantedTif() : (offered[0] ?? TimeInForce.Gtc);
  };
  const quote = createMemo(() => terminal.quotes.row(terminal.symbolIndex()));

  // Another instrument: a price of the old one means nothing.
  createEffect(
    on(terminal.symbolId, () => {
      setPriceText("");
      change({ trigger: "", trail: "", display: "", profit: "", stop: "" });
    }),
  );
  createEffect(
    on(
      actions.pickedPrice,
      (picked) => {
        const format = terminal.format();
        if (picked === undefined || format === undefined) return;
        // A type that has a trigger alone takes the click there.
        if (kind().hasTrigger && !kind().hasPrice) change({ trigger: format.price(picked.ticks) });
        else setPriceText(format.price(picked.ticks));
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
    const { ordType } = kind();
    const trigger = format.parsePrice(texts().trigger);
    const triggerTicks = kind().hasTrigger && trigger.ok ? trigger.units : 0;
    return checkTicket({ side: side(), ordType, qtyText: qtyText(), priceText: priceText(), triggerTicks }, format, quote());
  });

  const terms = createMemo(() => {
    const [format, now] = [terminal.format(), check()];
    if (format === undefined || now === undefined) return undefined;
    const far = side() === Side.Buy ? quote().askTicks : quote().bidTicks;
    const order = { side: side(), timeInForce: timeInForce(), lots: now.lots, entryTicks: now.ticks > 0 ? now.ticks : far };
    const canHaveExits = kind() === LIMIT_KIND || kind().name === "market";
    return readTicketTerms(kind(), canHaveExits ? texts() : { ...texts(), profit: "", stop: "" }, order, format);
  });

  const lock = createMemo(() => {
    terminal.arm();
    terminal.lock();
    terminal.accountBook();
    terminal.status();
    return terminal.desk.lockReason();
  });
  const disarmed = () => lock()?.startsWith("Disarmed") === true;
  const problem = () => check()?.qtyProblem || check()?.priceProblem || terms()?.problem || "";

  const setQty = (text: string): void => {
    setQtyText(text);
    const parsed = terminal.format()?.parseQty(text);
    if (parsed?.ok === true && parsed.units > 0) terminal.setSizeLots(parsed.units);
  };

  const stepText = (field: "trigger" | "trail", steps: number): void => {
    const format = terminal.format();
    const parsed = format?.parsePrice(texts()[field]);
    if (format === undefined || (field === "trail" && texts().isTrailPercent)) return;
    const from = parsed?.ok === true ? parsed.units : field === "trigger" ? quote().lastTicks : 0;
    change({ [field]: format.price(Math.max(1, from + steps)) });
  };

  const step = (field: "qty" | "price", steps: number): void => {
    const format = terminal.format();
    const now = check();
    if (format === undefined || now === undefined) return;
    if (field === "qty") setQty(format.qty(Math.max(format.info.qtyLotsMin, now.lots + steps)));
    else if (kind().hasPrice) setPriceText(format.price(Math.max(1, now.ticks + steps)));
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
    const { more, linked } = terms() ?? {};
    actions.order({
      ...{ origin: "ticket", side: side(), ordType: kind().ordType, timeInForce: timeInForce() },
      ...{ lots: now.lots, ticks: now.ticks, ...more },
      ...(linked === undefined ? {} : { linked }),
    });
    props.onSent?.();
  };

  /** A single order that could be sent as it stands: of linked ones the engine is not asked. */
  const previewTerms = createMemo((): Terms | undefined => {
    const now = check();
    const { more, linked } = terms() ?? {};
    if (now === undefined || problem() !== "" || now.lots <= 0 || more === undefined || linked !== undefined) return undefined;
    return { side: side(), ordType: kind().ordType, timeInForce: timeInForce(), lots: now.lots, ticks: now.ticks, ...more };
  });

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
    const price = (ticks: number | undefined) => (ticks ? format.price(ticks) : UNKNOWN);
    const { hasTrail, hasTrigger, name } = kind();
    if (name === "market") return `${verb} ${qty} at market`;
    if (kind() === OCO_KIND) return `${verb} ${qty} OCO ${price(check()?.ticks)}`;
    if (hasTrail) return `${verb} ${qty} trailing`;
    // The trigger is what it waits for; the limit stands in its field.
    const verbOfTrigger = name.startsWith("stop") ? "stop" : "if";
    return hasTrigger
      ? `${verb} ${qty} ${verbOfTrigger} ${price(terms()?.triggerTicks)}`
      : `${verb} ${qty} @ ${price(check()?.ticks)}`;
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
          <select
            id="ticket-type"
            aria-label="Order type"
            onChange={(event) => setKind(TICKET_KINDS[event.currentTarget.selectedIndex] ?? LIMIT_KIND)}
          >
            <For each={TICKET_KINDS}>
              {(offered) => (
                <option value={offered.name} selected={offered === kind()}>
                  {offered.label}
                </option>
              )}
            </For>
          </select>
          <select aria-label="Time in force" onChange={(event) => setWantedTif(Number(event.currentTarget.value) as TimeInForce)}>
            <For each={timesInForceOf(kind())}>
              {(tif) => (
                <option value={tif} selected={tif === timeInForce()}>
                  {TIF_TEXT[tif]}
                </option>
              )}
            </For>
          </select>
        </div>
        <Show when={timeInForce() === TimeInForce.Gtd}>
          <label class="expire">
            Until
            <input
              type="datetime-local"
              step="1"
              aria-label="Ends at, UTC"
              value={texts().expire}
              onInput={(event) => change({ expire: event.currentTarget.value })}
            />
            UTC
          </label>
        </Show>
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
        <Show when={kind().hasTrigger}>
          <StepField
            label={kind() === OCO_KIND ? "Stop" : "Trigger"}
            name="trigger"
            value={texts().trigger}
            problem={texts().trigger === "" ? "" : (terms()?.problem ?? "")}
            onInput={(trigger) => change({ trigger })}
            onStep={(steps) => stepText("trigger", steps)}
          />
        </Show>
        <Show when={kind().hasTrail}>
          <div class="trail">
            <StepField
              label="Trail"
              name="trail"
              value={texts().trail}
              problem={texts().trail === "" ? "" : (terms()?.problem ?? "")}
              onInput={(trail) => change({ trail })}
              onStep={(steps) => stepText("trail", steps)}
            />
            <select
              aria-label="Trail in"
              onChange={(event) => change({ isTrailPercent: event.currentTarget.selectedIndex === 1, trail: "" })}
            >
              <option selected={!texts().isTrailPercent}>{terminal.format()?.info.quoteCurrency ?? "price"}</option>
              <option selected={texts().isTrailPercent}>%</option>
            </select>
          </div>
        </Show>
        <Show when={kind().hasPrice || kind().name === "market"}>
          <StepField
            label={kind().hasTrigger ? "Limit" : "Price"}
            name="price"
            value={kind().hasPrice ? priceText() : "market"}
            problem={check()?.priceProblem ?? ""}
            disabled={!kind().hasPrice}
            onInput={setPriceText}
            onStep={(steps) => step("price", steps)}
          />
        </Show>
        <TicketMore kind={kind()} texts={texts()} hedges={terminal.accountBook().positionMode === "hedging"} onChange={change} />
        <dl class="cost">
          <dt>
            Worth
            {check()?.crosses ? ", takes" : kind().hasTrail || (kind().hasTrigger && kind() !== OCO_KIND) ? ", waits" : ", rests"}
          </dt>
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
        <TicketPreview terms={previewTerms()} />
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
