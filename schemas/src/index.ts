/** What every package may import: units, exact decimals, refusal codes. The wire code is `@jware/schemas/wire`. */
export { formatDecimal, parseDecimal, type DecimalParse } from "./decimal.js";
export { formatUnits, parseUnits, type UnitScale } from "./units.js";
export { REFUSALS, REFUSAL_CODE, type RefusalName } from "./refusal-codes.js";
export { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "./password-length.js";
export { BAR_INTERVALS_S, type BarIntervalS, isBarInterval } from "./bar-interval.js";
export type { ComponentHealth, ComponentState, FromThread, ToThread } from "./thread-message.js";
