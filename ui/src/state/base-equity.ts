/** What an account is worth as a whole, in its base currency: the engine converts, the page only reads and shows it. */
import type { Api } from "../session/api.js";

export interface BaseEquity {
  readonly currency: string;
  /** Null where some money has no price in the base currency. */
  readonly equity: string | null;
  readonly stale: boolean;
  readonly unconverted: readonly string[];
}

/** Null where the account has no base currency. */
export async function fetchBaseEquity(api: Api, account: string): Promise<BaseEquity | null> {
  const answer = await api.get(`/api/v1/account?${new URLSearchParams({ account })}`);
  return (answer as { readonly baseEquity?: BaseEquity | null }).baseEquity ?? null;
}

/** In one line; a worth that is not known is said to be, not shown as 0. */
export function baseEquityText({ currency, equity, stale, unconverted }: BaseEquity): string {
  if (equity === null) return `Equity in ${currency} unknown: no price for ${unconverted.join(", ")}`;
  const [whole = "", fraction = ""] = equity.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `Equity ${grouped}${fraction === "" ? "" : `.${fraction.slice(0, SHOWN_DECIMALS)}`} ${currency}${stale ? " (stale)" : ""}`;
}

const SHOWN_DECIMALS = 2;
