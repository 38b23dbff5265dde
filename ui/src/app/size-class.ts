/** Which of the three layouts fits the window. */
import { createSignal, onCleanup, type Accessor } from "solid-js";

export type SizeClass = "phone" | "desk" | "wide";

const PHONE_WIDTH_MAX = 820;
const WIDE_WIDTH_MIN = 1600;
const WIDE_HEIGHT_MIN = 860;

export function sizeClassOf(width: number, height: number): SizeClass {
  if (width <= PHONE_WIDTH_MAX) return "phone";
  return width >= WIDE_WIDTH_MIN && height >= WIDE_HEIGHT_MIN ? "wide" : "desk";
}

export function useSizeClass(): Accessor<SizeClass> {
  const now = (): SizeClass => sizeClassOf(window.innerWidth, window.innerHeight);
  const [sizeClass, setSizeClass] = createSignal(now());
  const onResize = (): void => {
    setSizeClass(now());
  };
  window.addEventListener("resize", onResize);
  onCleanup(() => window.removeEventListener("resize", onResize));
  return sizeClass;
}
