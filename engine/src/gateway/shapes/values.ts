/**
 * The single values of REST's JSON, and how its shapes are put together.
 *
 * Prices, quantities and money are decimal strings, exact. Ids are strings, times are milliseconds since the UNIX epoch as
 * numbers, sequences are numbers below 2^53.
 */
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "@jware/schemas";
import { type TSchema, Type } from "../json-shape.js";

export const strict = { additionalProperties: false } as const;

export const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Exact decimal text; how fine it may be is the instrument's matter. */
export const DecimalText = Type.String({
  pattern: "^-?\\d{1,20}(\\.\\d{1,18})?$",
  description: "Exact decimal, such as 61837.63",
});
export const Decimal = Type.String({ description: "Exact decimal" });
export const TsMs = Type.Integer({ description: "Milliseconds since the UNIX epoch" });
export const AccountName = Type.String({ minLength: 1, maxLength: 32, description: "Name of the account, such as PAPER-1" });
export const SymbolText = Type.String({ minLength: 1, maxLength: 32, description: "Symbol of the instrument, such as BTCUSDT" });

export const ClOrdIdText = Type.String({
  pattern: "^[!-~]{1,36}$",
  description: "1 to 36 printable ASCII characters, unique per account",
});

/** What the wire has 32 bits for; 0 is none. */
export const WireNumber = Type.Integer({ minimum: 1, maximum: 4_294_967_295 });
export const StrategyNumber = { ...WireNumber, description: "A strategy, as its owner numbers them" };
export const CurrencyCode = Type.String({ minLength: 1, maxLength: 16 });

export const NewPassword = Type.String({ minLength: PASSWORD_LENGTH_MIN, maxLength: PASSWORD_LENGTH_MAX });

/** Why a setting is what it is. */
export const RecordReason = Type.String({ minLength: 1, maxLength: 200, description: "For the record" });

/** Who corrects says why. */
export const GivenReason = { ...RecordReason, description: "Why, for the record; its owners read it" };
export const LimitText = Type.String({
  pattern: "^([1-9]\\d{0,2}|1000)$",
  description: "Rows at most, 1 to 1000; 100 where absent",
});
