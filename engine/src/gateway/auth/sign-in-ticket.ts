/** The ticket of the sign-in link on the start screen: 256 bits, good once, for one hour. */
import { fingerprint, randomSecret } from "./secret-text.js";
import type { SessionStore } from "./session-store.js";

const SIGN_IN_TICKET_TTL_MS = 60 * 60_000;

export async function issueSignInTicket(store: SessionStore, userId: number): Promise<string> {
  const ticket = randomSecret();
  await store.put(`sign-in:${fingerprint(ticket)}`, String(userId), SIGN_IN_TICKET_TTL_MS);
  return ticket;
}

/** The user whom the ticket signs in, or undefined where it is unknown, used or expired. */
export async function redeemSignInTicket(store: SessionStore, ticket: string): Promise<number | undefined> {
  const userId = await store.take(`sign-in:${fingerprint(ticket)}`);
  return userId === undefined ? undefined : Number(userId);
}
