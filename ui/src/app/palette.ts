/** The tokens as canvases need them. Read anew when the look changes. */
export interface Palette {
  readonly bg0: string;
  readonly bg1: string;
  readonly bg2: string;
  readonly bg3: string;
  readonly line: string;
  readonly control: string;
  readonly text1: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly warn: string;
  readonly stale: string;
  readonly error: string;
  readonly up: string;
  readonly down: string;
  readonly fillUp: string;
  readonly fillDown: string;
  readonly onFill: string;
  readonly mono: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    bg0: token("bg0"),
    bg1: token("bg1"),
    bg2: token("bg2"),
    bg3: token("bg3"),
    line: token("line"),
    control: token("control"),
    text1: token("text1"),
    text2: token("text2"),
    text3: token("text3"),
    accent: token("accent"),
    warn: token("warn"),
    stale: token("stale"),
    error: token("error"),
    up: token("up"),
    down: token("down"),
    fillUp: token("fill-up"),
    fillDown: token("fill-down"),
    onFill: token("on-fill"),
    mono: token("mono"),
  };
}

/** A `#rrggbb` colour with an opacity. */
export function withAlpha(colour: string, alpha: number): string {
  const hex = Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0");
  return `${colour}${hex}`;
}
