/**
 * A canvas that fills its box, sharp at any pixel ratio, drawn once per frame and only when something changed.
 *
 * `mark` says that it must be drawn; the draw happens in the next frame of the market feed. A hidden box (zero size) is not drawn.
 */
import { createEffect, onCleanup, onMount } from "solid-js";
import type { Terminal } from "../state/terminal.js";
import { readPalette, type Palette } from "./palette.js";

export interface Surface {
  mark(): void;
  /** Size in CSS pixels. */
  readonly size: { width: number; height: number };
}

export type Draw = (context: CanvasRenderingContext2D, width: number, height: number, palette: Palette, nowMs: number) => void;

export function useSurface(terminal: Terminal, canvas: () => HTMLCanvasElement | undefined, draw: Draw): Surface {
  const size = { width: 0, height: 0 };
  let ratio = 1;
  let dirty = true;
  let palette = readPalette();
  let context: CanvasRenderingContext2D | null = null;

  createEffect(() => {
    terminal.settings();
    palette = readPalette();
    dirty = true;
  });

  const fit = (width: number, height: number): void => {
    const element = canvas();
    if (element === undefined) return;
    ratio = window.devicePixelRatio || 1;
    size.width = width;
    size.height = height;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    dirty = true;
  };

  onMount(() => {
    const element = canvas();
    if (element === undefined) return;
    context = element.getContext("2d", { alpha: false });
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) fit(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(element);
    onCleanup(() => observer.disconnect());
  });

  const onFrame = (nowMs: number): void => {
    if (!dirty || context === null || size.width === 0 || size.height === 0) return;
    dirty = false;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(context, size.width, size.height, palette, nowMs);
  };
  onCleanup(terminal.feed.frame.on(onFrame));

  return {
    size,
    mark: () => {
      dirty = true;
    },
  };
}
