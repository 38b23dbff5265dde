/** What opens a session: tickets and API keys. */
import type { PermissionName } from "@jware/schemas/permission-names";
import { native } from "./native.js";

/** What a ticket or API key opens: held in the core so that a logon is checked in the call that brings it. */
export interface Credential {
  /** SHA-256 of the secret text, hex. */
  readonly sha256: string;
  readonly user: number;
  readonly userName: string;
  /** Number of the API key; absent for a ticket. */
  readonly key?: number;
  readonly accounts: readonly { readonly account: number; readonly permissions: readonly PermissionName[] }[];
  /** Milliseconds since the epoch; 0 = never. */
  readonly expiresTsMs: number;
  readonly singleUse: boolean;
}

export const putCredential = (credential: Credential): void => native.putCredential(JSON.stringify(credential));

/** Forgets a credential, and ends the sessions that logged on with it. Returns how many it ended. */
export const removeCredential = (sha256: string): number => native.removeCredential(sha256);

/** Forgets every key and ticket of a user, and ends the sockets that logged on with one. Returns how many it ended. */
export const removeUserCredentials = (user: number): number => native.removeUserCredentials(user);
