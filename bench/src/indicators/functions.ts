/** Which of our indicators is which function of TA-Lib C, with the same parameters. */

export type Option = number | { readonly real: number };

export interface TalibFunction {
  /** Ours. */
  readonly name: string;
  readonly parameters: readonly number[];
  /** TA-Lib's, without `TA_`. */
  readonly function: string;
  readonly inputs: readonly string[];
  readonly options: readonly Option[];
  readonly outputs: number;
  readonly areIntegers: boolean;
}

const of = (
  name: string,
  parameters: readonly number[],
  inputs: readonly string[],
  outputs = 1,
  options: readonly Option[] = parameters,
  areIntegers = false,
  talibName = name.toUpperCase(),
): TalibFunction => ({ name, parameters, function: talibName, inputs, options, outputs, areIntegers });

const CLOSE = ["close"];
const HL = ["high", "low"];
const HLC = ["high", "low", "close"];
const OHLC = ["open", ...HLC];
const HLCV = [...HLC, "volume"];
const COMPARED = ["benchmark", "close"];

/** The ones whose ratios have a goal: what every charting library has. */
export const MAIN: readonly TalibFunction[] = [
  of("sma", [20], CLOSE),
  of("ema", [20], CLOSE),
  of("rsi", [14], CLOSE),
  of("macd", [12, 26, 9], CLOSE, 3),
  of("bollinger", [20, 2], CLOSE, 3, [20, { real: 2 }, { real: 2 }, 0], false, "BBANDS"),
  of("atr", [14], HLC),
];

/** All the others that both have. */
export const OTHERS: readonly TalibFunction[] = [
  of("wma", [20], CLOSE),
  of("dema", [20], CLOSE),
  of("tema", [20], CLOSE),
  of("trima", [20], CLOSE),
  of("trima", [21], CLOSE),
  of("kama", [30, 2, 30], CLOSE, 1, [30]),
  of("t3", [5, 0.7], CLOSE, 1, [5, { real: 0.7 }]),
  of("mama", [0.5, 0.05], CLOSE, 2, [{ real: 0.5 }, { real: 0.05 }]),
  of("ht_trendline", [], CLOSE),
  of("midpoint", [14], CLOSE),
  of("midprice", [14], HL),
  of("sar", [0.02, 0.2], HL, 1, [{ real: 0.02 }, { real: 0.2 }]),
  of(
    "sarext",
    [0, 0.01, 0.02, 0.02, 0.2, 0.03, 0.03, 0.3],
    HL,
    1,
    [0, 0.01, 0.02, 0.02, 0.2, 0.03, 0.03, 0.3].map((real) => ({ real })),
  ),
  of("accbands", [20], HLC, 3),
  of("mom", [10], CLOSE),
  of("roc", [10], CLOSE),
  of("rocp", [10], CLOSE),
  of("rocr", [10], CLOSE),
  of("rocr100", [10], CLOSE),
  of("cmo", [14], CLOSE),
  of("imi", [14], ["open", "close"]),
  of("macdfix", [9], CLOSE, 3),
  of("macdext", [12, 1, 26, 2, 9, 0], CLOSE, 3),
  of("apo", [12, 26, 1], CLOSE),
  of("ppo", [12, 26, 0], CLOSE),
  of("plus_dm", [14], HL),
  of("minus_dm", [14], HL),
  of("plus_di", [14], HLC),
  of("minus_di", [14], HLC),
  of("plus_di", [1], HLC),
  of("dx", [14], HLC),
  of("adx", [14], HLC),
  of("adxr", [14], HLC),
  of("aroon", [14], HL, 2),
  of("aroonosc", [14], HL),
  of("bop", [], OHLC),
  of("cci", [14], HLC),
  of("mfi", [14], HLCV),
  of("stochf", [5, 3, 0], HLC, 2),
  of("stoch", [5, 3, 0, 3, 0], HLC, 2),
  of("stochrsi", [14, 5, 3, 0], CLOSE, 2),
  of("trix", [30], CLOSE),
  of("ultosc", [7, 14, 28], HLC),
  of("willr", [14], HLC),
  of("trange", [], HLC),
  of("natr", [14], HLC),
  of("ad", [], HLCV),
  of("adosc", [3, 10], HLCV),
  of("obv", [], ["close", "volume"]),
  of("avgprice", [], OHLC),
  of("medprice", [], HL),
  of("typprice", [], HLC),
  of("wclprice", [], HLC),
  of("beta", [5], COMPARED),
  of("correl", [30], COMPARED),
  of("linearreg", [14], CLOSE),
  of("linearreg_angle", [14], CLOSE),
  of("linearreg_intercept", [14], CLOSE),
  of("linearreg_slope", [14], CLOSE),
  of("tsf", [14], CLOSE),
  of("stddev", [5, 1], CLOSE, 1, [5, { real: 1 }]),
  of("var", [5], CLOSE, 1, [5, { real: 1 }]),
  of("avgdev", [14], CLOSE),
  of("max", [30], CLOSE),
  of("min", [30], CLOSE),
  of("minmax", [30], CLOSE, 2),
  of("maxindex", [30], CLOSE, 1, [30], true),
  of("minindex", [30], CLOSE, 1, [30], true),
  of("minmaxindex", [30], CLOSE, 2, [30], true),
  of("sum", [30], CLOSE),
  of("ht_dcperiod", [], CLOSE),
  of("ht_dcphase", [], CLOSE),
  of("ht_phasor", [], CLOSE, 2),
  of("ht_sine", [], CLOSE, 2),
  of("ht_trendmode", [], CLOSE, 1, [], true),
];
