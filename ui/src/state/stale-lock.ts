/**
 * Whether what is on the screen can be traded on. By heartbeat and sequence, not by the last trade: a quiet market is not stale.
 * Locked means: new risk is refused with the reason; cancel and reduce stay.
 */
import { BookState } from "@jware/schemas/wire";
import type { LinkView, StreamStatus } from "../stream/frame-batch.js";

export const SILENCE_MS_MAX = 1500;

/** `down` = no connection; `stale` = connected, yet what is shown may be old. */
export type Freshness = { readonly state: "fresh" | "stale" | "down"; readonly why: string };

export const FRESH: Freshness = { state: "fresh", why: "" };

export function freshness(
  status: StreamStatus | undefined,
  workerSilenceMs: number,
  bookState: number,
  reconciled: boolean,
): Freshness {
  if (status === undefined) return { state: "down", why: "connecting" };
  const down = downReason(status.orders, "order line") ?? downReason(status.market, "market line");
  if (down !== undefined) return { state: "down", why: down };
  if (workerSilenceMs > SILENCE_MS_MAX) return { state: "stale", why: `this page fell behind by ${seconds(workerSilenceMs)}` };
  if (status.market.silenceMs > SILENCE_MS_MAX)
    return { state: "stale", why: `no market data for ${seconds(status.market.silenceMs)}` };
  if (status.orders.silenceMs > SILENCE_MS_MAX)
    return { state: "stale", why: `order line silent for ${seconds(status.orders.silenceMs)}` };
  if (!reconciled) return { state: "stale", why: "own orders are being reconciled" };
  if (!status.bookReady) return { state: "stale", why: "the book is being loaded" };
  if (bookState === BookState.Stale) return { state: "stale", why: "the venue's book is stale" };
  if (bookState === BookState.Resyncing) return { state: "stale", why: "the venue's book is resynchronising" };
  return FRESH;
}

function downReason(link: LinkView, name: string): string | undefined {
  if (link.state === "live") return undefined;
  if (link.state === "replaced") return `${name}: ${link.reason}`;
  return link.reason === "" ? `${name}: connecting` : `${name}: ${link.reason}; trying again`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
