/**
 * Which key does what. Pure matching; `keyboard.ts` listens, `actions.ts` acts.
 *
 * Keys are matched by their place (`event.code`) and exact modifiers. Repeats, composition and typing in fields are ignored,
 * except for the kill switch and Escape, which work anywhere.
 */
export type KeyAction =
  | "arm"
  | "escape"
  | "help"
  | "find"
  | "size-1"
  | "size-2"
  | "size-3"
  | "size-4"
  | "size-5"
  | "join-bid"
  | "join-ask"
  | "hit-bid"
  | "lift-ask"
  | "cancel-symbol"
  | "cancel-all"
  | "flatten"
  | "reverse"
  | "kill"
  | "centre"
  | "next-panel";

export interface KeyBinding {
  readonly action: KeyAction;
  readonly code: string;
  readonly shift?: boolean;
  readonly ctrl?: boolean;
  readonly label: string;
  readonly does: string;
  readonly needsArm?: boolean;
  /** Works while a field has the focus. */
  readonly anywhere?: boolean;
}

export const KEY_BINDINGS: readonly KeyBinding[] = [
  { action: "arm", code: "F2", label: "F2", does: "Arm or disarm trading", anywhere: true },
  { action: "escape", code: "Escape", label: "Esc", does: "Close what is open, then disarm", anywhere: true },
  { action: "size-1", code: "Digit1", label: "1", does: "Size preset 1" },
  { action: "size-2", code: "Digit2", label: "2", does: "Size preset 2" },
  { action: "size-3", code: "Digit3", label: "3", does: "Size preset 3" },
  { action: "size-4", code: "Digit4", label: "4", does: "Size preset 4" },
  { action: "size-5", code: "Digit5", label: "5", does: "Size preset 5" },
  { action: "join-bid", code: "KeyQ", label: "Q", does: "Buy at the best bid (limit)", needsArm: true },
  { action: "join-ask", code: "KeyW", label: "W", does: "Sell at the best ask (limit)", needsArm: true },
  { action: "hit-bid", code: "KeyZ", label: "Z", does: "Sell to the bid now (limit with a collar, IOC)", needsArm: true },
  { action: "lift-ask", code: "KeyX", label: "X", does: "Buy from the ask now (limit with a collar, IOC)", needsArm: true },
  { action: "centre", code: "Space", label: "Space", does: "Centre the ladder" },
  { action: "cancel-symbol", code: "KeyE", label: "E", does: "Cancel all orders of this symbol" },
  { action: "cancel-all", code: "KeyE", shift: true, label: "Shift E", does: "Cancel all orders" },
  { action: "flatten", code: "KeyF", shift: true, label: "Shift F", does: "Cancel this symbol's orders and close its position" },
  { action: "reverse", code: "KeyR", shift: true, label: "Shift R", does: "Reverse the position of this symbol", needsArm: true },
  {
    action: "kill",
    code: "Backquote",
    ctrl: true,
    label: "Ctrl ` twice",
    does: "Kill switch: halt the account, cancel everything",
    anywhere: true,
  },
  { action: "find", code: "KeyK", ctrl: true, label: "Ctrl K", does: "Find a symbol", anywhere: true },
  { action: "next-panel", code: "F6", label: "F6", does: "Focus the next panel", anywhere: true },
  { action: "help", code: "Slash", shift: true, label: "?", does: "Show or hide this overlay" },
];

/** What a key event tells the matcher. */
export interface KeyPress {
  readonly code: string;
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

export function matchKey(press: KeyPress, typing: boolean): KeyBinding | undefined {
  if (press.repeat || press.isComposing || press.altKey) return undefined;
  // `?` is on another key on most keyboards: matched by what it writes.
  if (press.key === "?" && !typing) return KEY_BINDINGS.find(({ action }) => action === "help");
  const ctrl = press.ctrlKey || press.metaKey;
  return KEY_BINDINGS.find(
    (binding) =>
      binding.code === press.code &&
      (binding.shift ?? false) === press.shiftKey &&
      (binding.ctrl ?? false) === ctrl &&
      (!typing || binding.anywhere === true),
  );
}

/** Whether keys pressed there are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "range"].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement || target.isContentEditable;
}
