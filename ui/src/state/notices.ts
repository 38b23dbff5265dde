/**
 * What has to be told: refusals at their origin, a few toasts for what happens out of sight, one line for screen readers.
 * At most three toasts; the same text is counted instead of repeated.
 */
import type { RefusalView } from "../format/refusal-text.js";
import type { Origin } from "./order-desk.js";

export interface Toast {
  readonly id: number;
  readonly tone: "info" | "good" | "bad";
  readonly text: string;
  readonly count: number;
  readonly untilMs: number;
}

/** A refusal where it was asked for; `key` is the order's row where there is one. */
export interface RefusalNotice {
  readonly origin: Origin;
  readonly view: RefusalView;
  readonly key: string | undefined;
  readonly atMs: number;
}

const TOASTS_MAX = 3;
const TOAST_MS = 5000;

/** The toasts after one more. */
export function withToast(toasts: readonly Toast[], tone: Toast["tone"], text: string, nowMs: number): Toast[] {
  const same = toasts.find((toast) => toast.text === text);
  if (same !== undefined) {
    return toasts.map((toast) => (toast === same ? { ...toast, count: toast.count + 1, untilMs: nowMs + TOAST_MS } : toast));
  }
  const id = (toasts.at(-1)?.id ?? 0) + 1;
  return [...toasts, { id, tone, text, count: 1, untilMs: nowMs + TOAST_MS }].slice(-TOASTS_MAX);
}

export const withoutOld = (toasts: readonly Toast[], nowMs: number): readonly Toast[] =>
  toasts.some((toast) => toast.untilMs <= nowMs) ? toasts.filter((toast) => toast.untilMs > nowMs) : toasts;
