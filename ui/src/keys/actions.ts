/**
 * What keys, buttons and clicks do, once: the same action however it was asked for. Made per session by `ActionsProvider`.
 */
import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import type { PositionLegName } from "@jware/schemas/limit-names";
import { createContext, createEffect, createSignal, useContext, type Accessor } from "solid-js";
import { QUOTE } from "../stream/frame-batch.js";
import { openPositions } from "../state/account-books.js";
import type { Draft, Sent } from "../state/order-desk.js";
import { isLive, isOpen, type OrderRow, TYPE_TEXT } from "../state/own-orders.js";
import type { Terminal } from "../state/terminal.js";
import type { KeyAction } from "./hotkeys.js";
import { Twice } from "./twice.js";

/** How far through the touch an immediate order may go, in hundredths of a percent of the price. */
const COLLAR_BPS = 5;

export interface Confirmation {
  readonly title: string;
  readonly action: string;
  readonly draft: Draft;
}

export interface Actions {
  run(action: KeyAction): void;
  /** Sends, or asks first where the order is worth more than the person's own limit. */
  order(draft: Draft): void;
  confirm(): void;
  readonly confirmation: Accessor<Confirmation | undefined>;
  dropConfirmation(): void;
  /** Puts a price into the ticket. */
  pickPrice(ticks: number): void;
  readonly pickedPrice: Accessor<{ readonly ticks: number } | undefined>;
  /** Open orders of the watched instrument and account. */
  openHere(): OrderRow[];
  /** Opens an order's row for amending; an empty key closes it. */
  edit(key: string): void;
  readonly editing: Accessor<string>;
  /** Closes one leg and cancels the orders that are about it; or whatever there is, and all orders of the instrument. */
  flatten(instrument: number, leg?: PositionLegName): void;
  readonly killWaiting: Accessor<boolean>;
  readonly helpOpen: Accessor<boolean>;
  readonly finderOpen: Accessor<boolean>;
  setFinderOpen(open: boolean): void;
  onCentre(listener: () => void): () => void;
}

export function createActions(terminal: Terminal): Actions {
  const [confirmation, setConfirmation] = createSignal<Confirmation>();
  const [pickedPrice, setPickedPrice] = createSignal<{ readonly ticks: number }>();
  // Asked for again, it is shown again.
  const [editing, setEditing] = createSignal("", { equals: false });
  const [killWaiting, setKillWaiting] = createSignal(false);
  const [helpOpen, setHelpOpen] = createSignal(false);
  const [finderOpen, setFinderOpen] = createSignal(false);
  const centreListeners = new Set<() => void>();
  const killTwice = new Twice();
  let killTimer: ReturnType<typeof setTimeout> | undefined;

  // The row's editor goes with the order; whoever typed there is told why.
  createEffect(() => {
    const key = editing();
    if (key === "" || terminal.orderRows.rows.some((row) => row.key === key && isOpen(row))) return;
    setEditing("");
    terminal.tell({ ok: false, problem: "The order has ended: nothing is left to amend" }, "blotter");
  });

  const tell = (sent: Sent): void => {
    terminal.tell(sent, "keys");
  };

  const openHere = (): OrderRow[] =>
    terminal.orders
      .list()
      .filter((row) => isOpen(row) && row.instrument === terminal.symbolId() && row.account === terminal.accountId());

  const order = (draft: Draft): void => {
    const format = terminal.format();
    const lock = terminal.desk.lockReason();
    if (format !== undefined && lock === undefined) {
      const own = draft.ticks > 0 ? draft.ticks : (draft.triggerTicks ?? 0);
      const ticks = own > 0 ? own : terminal.quotes.markTicks(terminal.symbolIndex());
      const worth = Number(format.notional(ticks, draft.lots)) / 10 ** format.info.currencyDecimals;
      if (worth > terminal.settings().confirmAbove) {
        const verb = draft.side === Side.Buy ? "Buy" : "Sell";
        const at = [
          draft.ordType === OrdType.Market ? "at market" : draft.ordType === OrdType.Limit ? "" : TYPE_TEXT[draft.ordType],
          draft.triggerTicks === undefined ? "" : `from ${format.price(draft.triggerTicks)}`,
          draft.ticks > 0 ? `at ${format.price(draft.ticks)}` : "",
        ]
          .filter((part) => part !== "")
          .join(" ");
        setConfirmation({
          title: `Worth ${format.money(format.notional(ticks, draft.lots))} ${format.info.quoteCurrency}`,
          action: `${verb} ${format.qty(draft.lots)} ${format.info.symbol} ${at}`,
          draft,
        });
        return;
      }
    }
    terminal.tell(terminal.desk.submit(draft), draft.origin);
  };

  const quoteOf = (column: number): number => terminal.quotes.peek(terminal.symbolIndex(), column);

  const atTouch = (side: Side, timeInForce: TimeInForce, crossing: boolean): void => {
    const ticks = quoteOf((side === Side.Buy) === crossing ? QUOTE.askTicks : QUOTE.bidTicks);
    if (ticks <= 0) {
      terminal.tell({ ok: false, problem: "There is no price on that side" }, "keys");
      return;
    }
    const collar = crossing ? Math.max(1, Math.floor((ticks * COLLAR_BPS) / 10_000)) : 0;
    const limit = side === Side.Buy ? ticks + collar : Math.max(1, ticks - collar);
    order({ origin: "keys", side, ordType: OrdType.Limit, timeInForce, lots: terminal.sizeLots(), ticks: limit });
  };

  const positionsIn = (instrument: number) => openPositions(terminal.accountBook(), instrument);

  const flatten = (instrument: number, leg?: PositionLegName): void => {
    const canceled = leg === "long" || leg === "short" ? terminal.desk.cancelLeg(instrument, leg) : cancelIn(instrument);
    for (const sent of canceled) tell(sent);
    const open = positionsIn(instrument).filter((position) => leg === undefined || position.leg === leg);
    for (const position of open) tell(terminal.desk.flatten(position));
    if (open.length === 0 && canceled.length === 0) tell({ ok: false, problem: "Nothing to flatten" });
  };

  const cancelIn = (instrument: number): readonly Sent[] => {
    const working = terminal.orders
      .list()
      .some((row) => isLive(row) && row.instrument === instrument && row.account === terminal.accountId());
    return working ? [terminal.desk.cancelAll(instrument)] : [];
  };

  const reverse = (): void => {
    const [position] = positionsIn(terminal.symbolId());
    const lots = position?.lots ?? 0;
    if (position !== undefined && position.leg !== "net") {
      tell({ ok: false, problem: "The account hedges: close one leg and open the other" });
      return;
    }
    if (lots === 0) {
      tell({ ok: false, problem: "No position to reverse" });
      return;
    }
    order({
      origin: "keys",
      side: lots > 0 ? Side.Sell : Side.Buy,
      ordType: OrdType.Market,
      timeInForce: TimeInForce.Ioc,
      lots: Math.abs(lots) * 2,
      ticks: 0,
    });
  };

  const kill = (): void => {
    clearTimeout(killTimer);
    if (killTwice.press(performance.now())) {
      setKillWaiting(false);
      terminal.arming.disarm("kill switch");
      tell(terminal.desk.kill());
      return;
    }
    setKillWaiting(true);
    killTimer = setTimeout(() => setKillWaiting(false), 2000);
  };

  const closeOrDisarm = (): void => {
    if (helpOpen()) setHelpOpen(false);
    else if (finderOpen()) setFinderOpen(false);
    else if (confirmation() !== undefined) setConfirmation(undefined);
    else if (terminal.refusal() !== undefined) terminal.clearRefusal();
    else terminal.arming.disarm("");
  };

  const toggleArm = (): void => {
    if (terminal.arm().armed) {
      terminal.arming.disarm("");
      return;
    }
    const reason = terminal.desk.lockReason();
    if (reason !== undefined && !reason.startsWith("Disarmed")) tell({ ok: false, problem: reason });
    else {
      terminal.arming.arm(performance.now());
      terminal.clearRefusal();
    }
  };

  const sizePreset = (index: number): void => {
    const lots = terminal.presets()[index];
    if (lots !== undefined) terminal.setSizeLots(lots);
  };

  const RUN: Readonly<Record<KeyAction, () => void>> = {
    arm: toggleArm,
    escape: closeOrDisarm,
    help: () => setHelpOpen(!helpOpen()),
    find: () => setFinderOpen(!finderOpen()),
    "size-1": () => sizePreset(0),
    "size-2": () => sizePreset(1),
    "size-3": () => sizePreset(2),
    "size-4": () => sizePreset(3),
    "size-5": () => sizePreset(4),
    "join-bid": () => atTouch(Side.Buy, TimeInForce.Gtc, false),
    "join-ask": () => atTouch(Side.Sell, TimeInForce.Gtc, false),
    "hit-bid": () => atTouch(Side.Sell, TimeInForce.Ioc, true),
    "lift-ask": () => atTouch(Side.Buy, TimeInForce.Ioc, true),
    "cancel-symbol": () => tell(terminal.desk.cancelAll(terminal.symbolId())),
    "cancel-all": () => tell(terminal.desk.cancelAll()),
    flatten: () => flatten(terminal.symbolId()),
    reverse,
    kill,
    centre: () => {
      for (const listener of centreListeners) listener();
    },
    "next-panel": focusNextPanel,
  };

  return {
    run: (action) => RUN[action](),
    order,
    edit: setEditing,
    editing,
    confirmation,
    confirm: () => {
      const asked = confirmation();
      setConfirmation(undefined);
      if (asked !== undefined) terminal.tell(terminal.desk.submit(asked.draft), asked.draft.origin);
    },
    dropConfirmation: () => setConfirmation(undefined),
    pickPrice: (ticks) => setPickedPrice({ ticks }),
    pickedPrice,
    openHere,
    flatten,
    killWaiting,
    helpOpen,
    finderOpen,
    setFinderOpen,
    onCentre: (listener) => {
      centreListeners.add(listener);
      return () => centreListeners.delete(listener);
    },
  };
}

/** Moves the focus to the first thing in the next panel that can take it. */
function focusNextPanel(): void {
  const panels = [...document.querySelectorAll<HTMLElement>(".panel")];
  const from = panels.findIndex((panel) => panel.contains(document.activeElement));
  for (let step = 1; step <= panels.length; step++) {
    const panel = panels[(from + step) % panels.length];
    const target = panel?.querySelector<HTMLElement>("[tabindex='0'], button:not(:disabled), input, select");
    if (target !== undefined && target !== null) {
      target.focus();
      return;
    }
  }
}

export const ActionsContext = createContext<Actions>();

export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (actions === undefined) throw new Error("this component stands outside of a signed-in session");
  return actions;
}
