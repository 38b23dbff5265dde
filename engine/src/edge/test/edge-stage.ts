/** What the edge's tests begin with: a core in a folder of its own with places to trade and accounts with money, and tickets to it. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminCommand, execute, putCredential, startCore, stopCore } from "@jware/core-native";

export const QTY_LOTS_MAX = 1_000_000;

export interface Stage {
  readonly ackMode: "memory" | "durable";
  readonly instruments: readonly (readonly [instrument: number, symbol: string, venue: "internal" | "paper"])[];
  readonly accounts: readonly number[];
}

/** Throws where the core refuses. */
export function must(command: AdminCommand): void {
  const result = execute(command);
  if (!result.ok) throw new Error(`${command.kind}: ${result.text}`);
}

/** Starts it; the answer ends it, and its folder. */
export function startStage({ ackMode, instruments, accounts }: Stage): () => void {
  const dir = mkdtempSync(join(tmpdir(), "jware-edge-"));
  startCore({ journalDir: dir, ackMode });
  must({ kind: "defineCurrency", code: "USD", decimals: 2 });
  for (const [instrument, symbol, venue] of instruments) {
    must({
      ...{ kind: "defineInstrument", instrument, symbol, name: symbol, assetClass: "crypto", venue },
      ...{ baseCurrency: "BTC", quoteCurrency: "USD", priceDecimals: 2, tickMantissa: 1, qtyDecimals: 0, lotMantissa: 1 },
      ...{ tickLotMinor: 1, qtyLotsMin: 1, qtyLotsMax: QTY_LOTS_MAX, notionalMinorMax: "1000000000", collarBps: 5_000 },
      ...{ makerFeePpm: 0, takerFeePpm: 0 },
    });
  }
  for (const account of accounts) {
    must({ kind: "openAccount", account, name: `A-${account}` });
    must({ kind: "deposit", user: 0, account, currency: "USD", amountMinor: "100000000" });
  }
  return () => {
    stopCore();
    rmSync(dir, { recursive: true });
  };
}

let ticketCount = 0;

/** A secret that signs a user of that number in once, for the account of the same number. */
export function ticketOf(
  account: number,
  permissions: readonly ("read" | "trade" | "cancel" | "risk")[] = ["read", "trade", "cancel"],
): string {
  ticketCount += 1;
  const secret = `ticket-${ticketCount}`;
  putCredential({
    sha256: createHash("sha256").update(secret).digest("hex"),
    user: account,
    userName: `user-${account}`,
    accounts: [{ account, permissions }],
    expiresTsMs: Date.now() + 30_000,
    singleUse: true,
  });
  return secret;
}
