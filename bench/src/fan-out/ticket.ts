/** What subscribers of the core under test log on with, as often as they like. */
import { createHash } from "node:crypto";
import type { Credential } from "@jware/core-native";
import { ACCOUNT } from "../core-under-test.js";

export const TICKET = "a-bench";

export const ticketCredential = (): Credential => ({
  sha256: createHash("sha256").update(TICKET).digest("hex"),
  user: ACCOUNT,
  userName: "bench",
  accounts: [{ account: ACCOUNT, permissions: ["read"] }],
  expiresTsMs: 0,
  singleUse: false,
});
