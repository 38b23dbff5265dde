/** Times of day in UTC, without Intl: it costs a hundred times as much. */
import { UNKNOWN } from "./fixed.js";

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `14:03:22` */
export function clockText(ms: number): string {
  const second = Math.floor(ms / 1000) % 86_400;
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

/** `14:03:22.118` */
export const clockMsText = (ms: number): string => `${clockText(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;

/** `2024-08-08 14:03:22` */
export const dateTimeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 10)} ${clockText(ms)}`;

/** `4 s`, `3 m`, `2 h`, `5 d`: how long something has been there. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Short times of the wire: `4 ms`, `0.4 ms`, `1.2 s`; a dash before the first. */
export function durationText(ms: number): string {
  if (ms < 0) return UNKNOWN;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}
