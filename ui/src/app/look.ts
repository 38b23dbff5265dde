/** Theme and colour pair: attributes of the root element, so that every token follows. */
import type { Settings } from "../state/settings.js";

export function applyLook({ theme, pair }: Pick<Settings, "theme" | "pair">): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.pair = pair;
}
