/**
 * A process that runs a core and trades in it until its standard input says so: what makes a journal grow for a projector that is
 * another process. Arguments: the journal's folder, seed, commands a second. Prints `ready`, and at its end the last sequence.
 */
import * as core from "@jware/core-native";
import { cancelFrame, massCancelFrame, newOrderFrame } from "@jware/schemas/client-frames";
import { OrdType, Side, TimeInForce } from "@jware/schemas/wire";
import { Seeded } from "../../torture/seeded.js";

const ACCOUNT = 1001;
const INSTRUMENT = 7;
const TURN_MS = 10;
const CANCEL_ALL_EVERY = 1000;

const [journalDir = "", seed = "1", perSecond = "100"] = process.argv.slice(2);
const draw = new Seeded(Number(seed));
core.startCore({ journalDir, ackMode: "durable" });
defineMarket();

const outbox = new core.Outbox(() => undefined);
const buffer = new Uint8Array(1 << 20);
const session = core.openSession(outbox, "gateway", {
  user: 1,
  accounts: [{ account: ACCOUNT, permissions: ["read", "trade", "cancel"] }],
});
const market = new core.MarketBatch();
let count = 0;
let due = 0;

const timer = setInterval(() => {
  for (due += (Number(perSecond) * TURN_MS) / 1000; due >= 1; due--) act(++count);
  market.flush();
  while (outbox.drain(buffer) > 0);
}, TURN_MS);

process.stdin.once("data", () => {
  clearInterval(timer);
  const { seq } = core.coreStatus();
  void core.awaitDurable(seq).then(() => {
    core.stopCore();
    process.stdout.write(`${seq}\n`, () => process.exit(0));
  });
});
process.stdout.write("ready\n");

/** Mostly orders that trade, expire or rest, some cancels, an update of the market now and then. */
function act(index: number): void {
  const kind = draw.below(10);
  if (kind === 0) {
    market.trade(INSTRUMENT, draw.below(2) === 0 ? 1 : 2, 9_990 + draw.below(20), 1 + draw.below(5), Date.now(), index);
    market.level(INSTRUMENT, 1, 9_999 - draw.below(20), 50, Date.now());
    market.level(INSTRUMENT, 2, 10_001 + draw.below(20), 50, Date.now());
    return;
  }
  core.submit(session, index, frameOf(kind, index), buffer);
}

function frameOf(kind: number, index: number): Uint8Array {
  // Below the number of orders that an account may have open.
  if (index % CANCEL_ALL_EVERY === 0) return massCancelFrame({ account: ACCOUNT });
  if (kind < 3) return cancelFrame({ account: ACCOUNT, origClOrdId: `o${Math.max(1, index - draw.below(20))}` });
  return newOrderFrame({
    ...{ account: ACCOUNT, instrument: INSTRUMENT, clOrdId: `o${index}`, ordType: OrdType.Limit },
    ...{ timeInForce: kind < 7 ? TimeInForce.Ioc : TimeInForce.Gtc, side: draw.below(2) === 0 ? Side.Buy : Side.Sell },
    ...{ orderQtyLots: 1 + draw.below(9), priceTicks: 9_980 + draw.below(40) },
  });
}

function defineMarket(): void {
  if (core.queryInstruments().length > 0) return;
  const must = (command: core.AdminCommand): void => {
    const result = core.execute(command);
    if (!result.ok) throw new Error(result.text);
  };
  must({ kind: "defineCurrency", code: "USD", decimals: 6 });
  must({
    ...{ kind: "defineInstrument", instrument: INSTRUMENT, symbol: "ACME", name: "Acme", assetClass: "equity" },
    ...{ venue: "simulated", baseCurrency: "ACME", quoteCurrency: "USD", priceDecimals: 2, tickMantissa: 1, qtyDecimals: 0 },
    ...{ lotMantissa: 1, tickLotMinor: 10_000, qtyLotsMin: 1, qtyLotsMax: 1000, notionalMinorMax: "1000000000000" },
    ...{ collarBps: 1000, makerFeePpm: 100, takerFeePpm: 300 },
  });
  must({ kind: "openAccount", account: ACCOUNT, name: "PAPER-1" });
  must({ kind: "deposit", user: 0, account: ACCOUNT, currency: "USD", amountMinor: "1000000000000000" });
  const book = new core.MarketBatch();
  book.state(INSTRUMENT, 1, Date.now());
  for (let level = 1; level <= 20; level++) {
    book.level(INSTRUMENT, 1, 10_000 - level, 50, Date.now());
    book.level(INSTRUMENT, 2, 10_000 + level, 50, Date.now());
  }
  book.flush();
}
