/** A Refusal frame as detail for people and programs: its numbers in the unit they are in. */
import { formatDecimal } from "@jware/schemas";
import { limitScopeOf } from "@jware/schemas/limit-names";
import { LimitUnit, type Refusal } from "@jware/schemas/wire";
import type { Directory } from "./directory.js";
import type { LimitUnit as LimitUnitName, RefusalDetail } from "./errors.js";
import { type Instrument, priceText, qtyText } from "./instrument.js";
import { scopeOf } from "./limit.js";

interface Names {
  readonly instrument: Instrument | undefined;
  readonly account: string | undefined;
  readonly currencyDecimals: number | undefined;
  readonly accountName?: (account: number) => string;
}

const UNITS: Readonly<Record<number, LimitUnitName>> = {
  [LimitUnit.Ticks]: "price",
  [LimitUnit.Lots]: "quantity",
  [LimitUnit.Minor]: "money",
  [LimitUnit.Count]: "count",
  [LimitUnit.Bytes]: "bytes",
};

export function refusalOf(
  refusal: Refusal,
  { instrument, account, currencyDecimals, accountName = String }: Names,
): RefusalDetail {
  const clOrdId = refusal.clOrdId() ?? "";
  const unit = UNITS[refusal.unit()];
  const currency = refusal.currency() ?? "";
  const scope = limitScopeOf(refusal.scope(), refusal.scopeAccount(), refusal.scopeId());
  const print = printer(unit, instrument, currencyDecimals);
  return {
    code: refusal.code(),
    rule: refusal.rule() ?? "",
    text: refusal.text() ?? "",
    isTransient: refusal.transient(),
    ...(account === undefined ? {} : { account }),
    ...(instrument === undefined ? {} : { symbol: instrument.symbol }),
    ...(clOrdId === "" ? {} : { clOrdId }),
    ...(unit === undefined || print === undefined
      ? {}
      : { unit, limit: print(refusal.limit()), value: print(refusal.value()), headroom: print(refusal.headroom()) }),
    ...(currency === "" ? {} : { currency }),
    ...(scope === undefined ? {} : { scope: scopeOf(scope, { accountName }) }),
  };
}

/** The same, its names from a directory; `instrument` where it is of one that it does not name. */
export function refusalFrom(
  refusal: Refusal,
  directory: Directory,
  instrument = directory.instrument(refusal.instrument()),
): RefusalDetail {
  const account = refusal.account();
  return refusalOf(refusal, {
    instrument,
    account: account === 0 ? undefined : directory.accountName(account),
    currencyDecimals: directory.currencyDecimals(refusal.currency() ?? ""),
    accountName: (id) => directory.accountName(id),
  });
}

/** How a figure of a unit is printed; undefined where what that needs is not known. */
function printer(
  unit: LimitUnitName | undefined,
  instrument: Instrument | undefined,
  currencyDecimals: number | undefined,
): ((figure: bigint) => string) | undefined {
  if (unit === "count" || unit === "bytes") return String;
  if (unit === "money") return currencyDecimals === undefined ? undefined : (figure) => formatDecimal(figure, currencyDecimals);
  if (instrument === undefined) return undefined;
  if (unit === "price") return (figure) => priceText(instrument, figure);
  if (unit === "quantity") return (figure) => qtyText(instrument, figure);
  return undefined;
}
