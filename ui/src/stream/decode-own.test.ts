import { Contingency, PostOnly, RequestKind, ScopeKind, ServerFrame, TradingState, TriggerSource } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { describe, expect, it } from "vitest";
import { BTC, ES } from "../../test/venue/instruments.js";
import { BALANCE, EXEC, POSITION, REFUSAL } from "../../test/venue/sample-events.js";
import {
  balanceFrame,
  configuredFrame,
  execFrame,
  feeScheduleFrame,
  limitFrame,
  liquidationFrame,
  lossFrame,
  heartbeatFrame,
  instrumentListFrame,
  logonAckFrame,
  massCancelFrame,
  positionFrame,
  refusalFrame,
  scopeFrame,
  snapshotFrame,
  statusFrame,
} from "../../test/venue/server-frames.js";
import { decodeOwn } from "./decode-own.js";
import type { ConfiguredEvent, FeeScheduleEvent, LimitEvent, LiquidationEvent, LossLimitEvent, ScopeEvent } from "./own-event.js";

const LATE = {
  ...EXEC,
  ...{ triggerTicks: 6_400_000, triggerSource: TriggerSource.Mark, trailBps: 25, displayLots: 3, expireMs: 1_800_000_000_000 },
  ...{ postOnly: PostOnly.Reprice, reduceOnly: true, listId: "76", contingency: Contingency.Bracket },
  refusal: { ...REFUSAL, responseTo: RequestKind.None, clOrdId: "" },
};
const SCOPE: ScopeEvent = {
  ...{ kind: "scope", scope: ScopeKind.Instrument, account: 0, instrument: 101, strategy: 0 },
  ...{ state: TradingState.Halted, canceledCount: 3, reason: "news", tsMs: 1000 },
};

const LIMIT: LimitEvent = {
  ...{ kind: "limit", scope: { of: "key", key: 8 }, limit: "windowNotional", instrument: 0, currency: "USD" },
  ...{ max: 2n ** 60n, windowMs: 5000, reason: "review", tsMs: 1000 },
};
const GONE: LimitEvent = { ...LIMIT, max: undefined, windowMs: 0 };
const CONFIGURED: ConfiguredEvent = {
  ...{
    kind: "configured",
    account: 1001,
    accountKind: "margin",
    positionMode: "hedging",
    selfTradeGroup: 4,
    baseCurrency: "EUR",
    tsMs: 1000,
  },
  reason: "asked",
};
const FEES: FeeScheduleEvent = {
  ...{ kind: "fee-schedule", account: 1001, currency: "USD", tierCount: 3, reason: "review", tsMs: 1000 },
};
const LOSS: LossLimitEvent = {
  ...{ kind: "loss-limit", account: 1001, limit: "lossReduce", currency: "USD", maxMinor: 5n, lossMinor: 7n, tsMs: 1000 },
};
const LIQUIDATION: LiquidationEvent = {
  ...{ kind: "liquidation", account: 1001, currency: "USD", equityMinor: -3n, maintenanceMinor: 4n, tsMs: 1000 },
};

const decode = (bytes: Uint8Array) => decodeOwn(ServerFrame.getRootAsServerFrame(new ByteBuffer(bytes)));

describe("private frames", () => {
  it.each([
    ["an execution report", execFrame(EXEC), EXEC],
    ["a report that tells a late refusal and a list", execFrame(LATE), LATE],
    ["a scope's status", scopeFrame(SCOPE), SCOPE],
    ["a position", positionFrame(POSITION), POSITION],
    ["a balance beyond 2^53", balanceFrame(BALANCE), BALANCE],
    ["a refusal", refusalFrame(REFUSAL), REFUSAL],
    [
      "a refusal by a limit of a strategy",
      refusalFrame({ ...REFUSAL, scope: { of: "strategy", account: 1001, strategy: 7 } }),
      { ...REFUSAL, scope: { of: "strategy", account: 1001, strategy: 7 } },
    ],
    ["a limit of a key", limitFrame(LIMIT), LIMIT],
    ["a limit that was taken away", limitFrame(GONE), GONE],
    ["an account's configuration", configuredFrame(CONFIGURED), CONFIGURED],
    ["a fee schedule", feeScheduleFrame(FEES), FEES],
    ["a passed loss limit", lossFrame(LOSS), LOSS],
    ["a liquidation", liquidationFrame(LIQUIDATION), LIQUIDATION],
    [
      "a mass cancel",
      massCancelFrame({ kind: "mass-cancel", account: 1001, clOrdId: "m", canceledCount: 3 }),
      { kind: "mass-cancel", account: 1001, clOrdId: "m", canceledCount: 3 },
    ],
    ["instruments", instrumentListFrame([BTC, ES]), { kind: "instruments", instruments: [BTC, ES] }],
    [
      "an account's status",
      statusFrame(1001, 9, TradingState.Halted, "kill", 1000),
      { kind: "status", account: 1001, accountSeq: 9, state: TradingState.Halted, reason: "kill", tsMs: 1000 },
    ],
    [
      "a snapshot",
      snapshotFrame(1001, 9, TradingState.Active, "hedging", [EXEC], [POSITION], [BALANCE]),
      {
        kind: "snapshot",
        account: 1001,
        accountSeq: 9,
        state: TradingState.Active,
        positionMode: "hedging",
        orders: [EXEC],
        positions: [POSITION],
        balances: [BALANCE],
      },
    ],
    [
      "a logon",
      logonAckFrame("trader", [{ id: 1001, name: "PAPER-1", permissions: 7 }], 1000),
      { kind: "logon", user: "trader", durable: true, accounts: [{ id: 1001, name: "PAPER-1", permissions: 7 }] },
    ],
  ])("decode %s whole", (_, bytes, expected) => {
    expect(decode(bytes)).toEqual(expected);
  });

  it("leave other bodies alone", () => {
    expect(decode(heartbeatFrame(1n, 2))).toBeUndefined();
  });
});
