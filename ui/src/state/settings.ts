/**
 * What a person chose and wants to find again: kept in this browser, versioned. Anything unreadable falls back to the defaults.
 * Never kept: whether trading is armed, and half-written orders.
 */
export type Theme = "dark" | "light";
/** Colours of up and down. */
export type Pair = "green-red" | "blue-orange" | "red-green";

export interface Settings {
  readonly version: 1;
  readonly theme: Theme;
  readonly pair: Pair;
  readonly symbol: string;
  readonly intervalS: number;
  readonly indicators: readonly string[];
  /** Size presets in lots, by symbol. */
  readonly presets: Readonly<Record<string, readonly number[]>>;
  /** Ticks per ladder row, by symbol; absent = chosen by the book. */
  readonly rowTicks: Readonly<Record<string, number>>;
  /** An order worth more (in whole units of the quote currency) asks once more before it is sent. */
  readonly confirmAbove: number;
  readonly pairChosen: boolean;
}

export const SETTINGS_DEFAULT: Settings = {
  version: 1,
  theme: "dark",
  pair: "green-red",
  symbol: "",
  intervalS: 60,
  indicators: ["ema", "rsi", "volume"],
  presets: {},
  rowTicks: {},
  confirmAbove: 250_000,
  pairChosen: false,
};

const KEY = "jware.settings";

export function loadSettings(storage: Pick<Storage, "getItem">): Settings {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null || (kept as Settings).version !== 1) return SETTINGS_DEFAULT;
    return keepValid({ ...SETTINGS_DEFAULT, ...(kept as Partial<Settings>) });
  } catch {
    return SETTINGS_DEFAULT;
  }
}

/** A browser that keeps nothing (private window, full disk) is no reason to fail. */
export function saveSettings(storage: Pick<Storage, "setItem">, settings: Settings): void {
  try {
    storage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Nothing is lost but the choice itself.
  }
}

function keepValid(settings: Settings): Settings {
  const valid =
    ["dark", "light"].includes(settings.theme) &&
    ["green-red", "blue-orange", "red-green"].includes(settings.pair) &&
    typeof settings.symbol === "string" &&
    Number.isInteger(settings.intervalS) &&
    Array.isArray(settings.indicators) &&
    typeof settings.presets === "object" &&
    typeof settings.rowTicks === "object" &&
    Number.isFinite(settings.confirmAbove);
  return valid ? settings : SETTINGS_DEFAULT;
}
