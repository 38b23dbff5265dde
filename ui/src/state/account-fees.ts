/** What an account pays by its fee schedules, and how far the next tier is: the engine counts, the page only reads and shows it. */
import type { Api } from "../session/api.js";

interface FeeRates {
  /** Parts per million of the value; negative is a rebate. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

export interface AccountFees extends FeeRates {
  readonly currency: string;
  /** Number of the tier that is paid, from 1. */
  readonly tier: number;
  readonly tiers: readonly unknown[];
  readonly nextTier: (FeeRates & { readonly missing: string }) | null;
}

/** One for each currency in which a schedule holds for the account. */
export async function fetchAccountFees(api: Api, account: string): Promise<readonly AccountFees[]> {
  const answer = await api.get(`/api/v1/fees?${new URLSearchParams({ account })}`);
  return (answer as { readonly fees: readonly AccountFees[] }).fees;
}

/** In one line; without a schedule each instrument has rates of its own. */
export function accountFeesText(fees: readonly AccountFees[]): string {
  if (fees.length === 0) return "Fees by instrument";
  return `Fees ${fees.map(ofCurrency).join("; ")}`;
}

function ofCurrency(fees: AccountFees): string {
  const { currency, tier, tiers, nextTier } = fees;
  const place = tiers.length > 1 ? `, tier ${tier} of ${tiers.length}` : "";
  const next = nextTier === null ? "" : `; ${thousands(nextTier.missing)} more for ${ratesText(nextTier)}`;
  return `${currency} ${ratesText(fees)}${place}${next}`;
}

const ratesText = ({ makerFeePpm, takerFeePpm }: FeeRates): string => `${percent(makerFeePpm)}/${percent(takerFeePpm)}`;

const percent = (ppm: number): string => `${ppm / PPM_OF_PERCENT}%`;

const PPM_OF_PERCENT = 10_000;

/** Whole units, rounded up: what is shown is enough. */
function thousands(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const units = BigInt(whole) + (/[1-9]/.test(fraction) ? 1n : 0n);
  return units.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
