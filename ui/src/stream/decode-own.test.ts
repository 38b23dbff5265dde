import { ServerFrame, TradingState } from "@jware/schemas/wire";
import { ByteBuffer } from "flatbuffers";
import { describe, expect, it } from "vitest";
import { BTC, ES } from "../../test/venue/instruments.js";
import { BALANCE, EXEC, POSITION, REFUSAL } from "../../test/venue/sample-events.js";
import {
  balanceFrame,
  execFrame,
  heartbeatFrame,
  instrumentListFrame,
  logonAckFrame,
  massCancelFrame,
  positionFrame,
  refusalFrame,
  snapshotFrame,
  statusFrame,
} from "../../test/venue/server-frames.js";
import { decodeOwn } from "./decode-own.js";

const decode = (bytes: Uint8Array) => decodeOwn(ServerFrame.getRootAsServerFrame(new ByteBuffer(bytes)));

describe("private frames", () => {
  it.each([
    ["an execution report", execFrame(EXEC), EXEC],
    ["a position", positionFrame(POSITION), POSITION],
    ["a balance beyond 2^53", balanceFrame(BALANCE), BALANCE],
    ["a refusal", refusalFrame(REFUSAL), REFUSAL],
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
      snapshotFrame(1001, 9, TradingState.Active, [EXEC], [POSITION], [BALANCE]),
      {
        kind: "snapshot",
        account: 1001,
        accountSeq: 9,
        state: TradingState.Active,
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
