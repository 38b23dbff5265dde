import { TradingState } from "@jware/schemas/wire";
import { describe, expect, it } from "vitest";
import { EXEC, REFUSAL } from "../../test/venue/sample-events.js";
import { AccountSequence } from "./account-sequence.js";

const snapshot = (accountSeq: number) =>
  ({
    kind: "snapshot",
    account: 1001,
    accountSeq,
    state: TradingState.Active,
    positionMode: "netting",
    orders: [],
    positions: [],
    balances: [],
  }) as const;

describe("the account's sequence", () => {
  it("takes what follows the snapshot, drops what is old, tells a gap", () => {
    const sequence = new AccountSequence();
    expect(sequence.accept(snapshot(4))).toBe("new");
    expect(sequence.accept({ ...EXEC, accountSeq: 4 })).toBe("old");
    expect(sequence.accept({ ...EXEC, accountSeq: 5 })).toBe("new");
    expect(sequence.accept({ ...EXEC, accountSeq: 7 })).toBe("gap");
    expect(sequence.accept({ ...EXEC, accountSeq: 6 })).toBe("new");
  });

  it("is per account, and refusals have none", () => {
    const sequence = new AccountSequence();
    sequence.accept(snapshot(4));
    expect(sequence.accept({ ...EXEC, account: 1002, accountSeq: 900 })).toBe("new");
    expect(sequence.accept(REFUSAL)).toBe("new");
    expect(sequence.accept({ ...EXEC, accountSeq: 5 })).toBe("new");
  });
});
