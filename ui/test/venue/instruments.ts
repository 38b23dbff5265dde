/** The four instruments of the scripted venue, of different asset classes, ticks and lots. */
import { Venue } from "@jware/schemas/wire";
import type { InstrumentInfo } from "../../src/stream/own-event.js";
import { ScriptedMarket } from "./scripted-market.js";

const base = {
  venue: Venue.Simulated,
  quoteCurrency: "USD",
  currencyDecimals: 6,
  qtyLotsMin: 1,
  notionalMinorMax: 10_000_000_000_000n,
  collarBps: 1000,
  makerFeePpm: 400,
  takerFeePpm: 1000,
};

export const BTC: InstrumentInfo = {
  ...base,
  id: 1,
  symbol: "BTC-USD",
  name: "Bitcoin / US dollar",
  assetClass: "crypto",
  baseCurrency: "BTC",
  priceDecimals: 2,
  tickMantissa: 1,
  qtyDecimals: 4,
  lotMantissa: 1,
  tickLotMinor: 1,
  qtyLotsMax: 1_000_000,
};

export const ACME: InstrumentInfo = {
  ...base,
  id: 2,
  symbol: "ACME",
  name: "Acme Corporation",
  assetClass: "equity",
  baseCurrency: "ACME",
  priceDecimals: 2,
  tickMantissa: 1,
  qtyDecimals: 0,
  lotMantissa: 1,
  tickLotMinor: 10_000,
  qtyLotsMax: 100_000,
};

export const EUR: InstrumentInfo = {
  ...base,
  id: 3,
  symbol: "EUR-USD",
  name: "Euro / US dollar",
  assetClass: "fx",
  baseCurrency: "EUR",
  priceDecimals: 5,
  tickMantissa: 1,
  qtyDecimals: 0,
  lotMantissa: 1000,
  tickLotMinor: 10_000,
  qtyLotsMax: 10_000,
};

export const ES: InstrumentInfo = {
  ...base,
  id: 4,
  symbol: "ESX",
  name: "Equity index future",
  assetClass: "future",
  baseCurrency: "ESX",
  priceDecimals: 2,
  tickMantissa: 25,
  qtyDecimals: 0,
  lotMantissa: 1,
  tickLotMinor: 12_500_000,
  qtyLotsMax: 500,
};

export const makeMarkets = (seed: number): Map<number, ScriptedMarket> =>
  new Map([
    [1, new ScriptedMarket(BTC, 6_418_250, 50, 1200, seed)],
    [2, new ScriptedMarket(ACME, 18_744, 1, 300, seed + 1)],
    [3, new ScriptedMarket(EUR, 108_412, 1, 400, seed + 2)],
    [4, new ScriptedMarket(ES, 21_430, 1, 40, seed + 3)],
  ]);
