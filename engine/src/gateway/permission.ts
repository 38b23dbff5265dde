/**
 * Who may do what: the roles, the actions, and the one place where a request is judged.
 *
 * Two things must agree: the role allows the action, and where an account is touched, the user was given the permission on
 * that account. An account that was not given to the user looks exactly like one that does not exist (404). Deny by default:
 * a route that declares no access makes the start fail.
 */
import type { PermissionName } from "@jware/schemas/permission-names";
import type { FastifyRequest } from "fastify";
import { ApiError } from "./problem.js";

export const ROLES = ["viewer", "trader", "risk", "admin", "service"] as const;
export type Role = (typeof ROLES)[number];

interface ActionDefinition {
  /** Whether an API key may do it. */
  readonly byKey: boolean;
  /** What it needs on the account: any one of these. */
  readonly anyOf?: readonly PermissionName[];
}

/** What can be done. The permissions are those that the core demands of a socket for the same. */
export const ACTIONS = {
  "market.read": { byKey: true },
  "account.read": { byKey: true, anyOf: ["read"] },
  "order.trade": { byKey: true, anyOf: ["trade"] },
  "order.cancel": { byKey: true, anyOf: ["cancel", "trade"] },
  "account.halt": { byKey: true, anyOf: ["trade", "risk"] },
  "account.release": { byKey: false, anyOf: ["risk"] },
  "limits.read": { byKey: true, anyOf: ["risk"] },
  "audit.read": { byKey: true },
  "trading.control": { byKey: false },
  "risk.configure": { byKey: false },
  "trade.correct": { byKey: false },
  "funds.move": { byKey: false },
  "account.open": { byKey: false },
  "users.manage": { byKey: false },
  "session.own": { byKey: false },
  "keys.own": { byKey: false },
} as const satisfies Record<string, ActionDefinition>;
export type Action = keyof typeof ACTIONS;

const READING = ["market.read", "account.read", "session.own", "keys.own"] as const;

/** Separation of duties: whoever releases cannot trade, and whoever trades cannot release. */
export const ROLE_ACTIONS: Readonly<Record<Role, ReadonlySet<Action>>> = {
  viewer: new Set(READING),
  trader: new Set([...READING, "order.trade", "order.cancel", "account.halt"]),
  risk: new Set([
    ...READING,
    ...([
      "order.cancel",
      "account.halt",
      "account.release",
      "limits.read",
      "trading.control",
      "risk.configure",
      "audit.read",
    ] as const),
  ]),
  admin: new Set([
    ...READING,
    ...([
      "order.cancel",
      "account.halt",
      "account.release",
      "limits.read",
      "trading.control",
      "risk.configure",
      "audit.read",
      "trade.correct",
      "funds.move",
      "account.open",
      "users.manage",
    ] as const),
  ]),
  service: new Set(["market.read", "account.read", "order.trade", "order.cancel", "account.halt"]),
};

/** What risk managers and administrators do on every account, given to them or not: whoever must stop all may not miss one. */
export const WIDE_ACTIONS: ReadonlySet<Action> = new Set([
  "account.halt",
  "account.release",
  "limits.read",
  "risk.configure",
  "funds.move",
]);
const WIDE_ROLES: ReadonlySet<Role> = new Set(["risk", "admin"]);

/** An account's number by its name; undefined where there is none. */
export type FindAccount = (name: string) => number | undefined;

/** What a permission on an account is good for only if the role has this action. */
const PERMISSION_ACTION: Readonly<Record<PermissionName, Action>> = {
  read: "account.read",
  trade: "order.trade",
  cancel: "order.cancel",
  risk: "account.release",
};

export interface AccountGrant {
  readonly account: number;
  readonly name: string;
  readonly permissions: readonly PermissionName[];
}

/** Who makes a request, with what remains of his rights after role, grants and key scopes. */
export interface Principal {
  readonly userId: number;
  readonly userName: string;
  readonly role: Role;
  /** The signed-in session, or absent for an API key. */
  readonly sessionId?: string;
  readonly keyId?: string;
  /** Number of the key, as limits and the core name it. */
  readonly keyNumber?: number;
  readonly accounts: readonly AccountGrant[];
}

/** What a route demands. `account` says where the request names one. */
export type Access =
  /** Anyone: sign-in, health, documentation, the page. */
  | { readonly kind: "public" }
  /** The refresh cookie, checked by the route itself. */
  | { readonly kind: "cookie" }
  | { readonly kind: "user"; readonly action: Action }
  | { readonly kind: "account"; readonly action: Action; readonly account: "query" | "body" | "path" };

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    principal: Principal | null;
    accountGrant: AccountGrant | null;
  }
}

/** The permissions of a grant that the role can use: the same for REST and for what the core is told. */
export const effectivePermissions = (role: Role, permissions: readonly PermissionName[]): PermissionName[] =>
  permissions.filter((permission) => ROLE_ACTIONS[role].has(PERMISSION_ACTION[permission]));

/** The part that needs no body: is there somebody, and may his role and kind of credential do this at all. */
export function authoriseAction(access: Access, principal: Principal | null): void {
  if (access.kind === "public" || access.kind === "cookie") return;
  if (principal === null) throw new ApiError("AUTH_REQUIRED", "Sign in, or send an API key.");
  if (!ROLE_ACTIONS[principal.role].has(access.action)) {
    throw new ApiError("FORBIDDEN", `The role ${principal.role} may not do this.`);
  }
  if (principal.keyId !== undefined && !ACTIONS[access.action].byKey) {
    throw new ApiError("FORBIDDEN", "This cannot be done with an API key; sign in.");
  }
}

/**
 * The part about the account: it must be the user's, with the permission that the action needs; but for what risk managers and
 * administrators who signed in do everywhere.
 */
export function authoriseAccount(
  access: Access,
  principal: Principal | null,
  name: string,
  findAccount: FindAccount,
): AccountGrant | null {
  if (access.kind !== "account" || principal === null) return null;
  const own = principal.accounts.find((each) => each.name === name);
  if (WIDE_ACTIONS.has(access.action) && actsWidely(principal)) {
    const account = own?.account ?? findAccount(name);
    if (account !== undefined) return own ?? { account, name, permissions: [] };
  }
  if (own === undefined) throw new ApiError("ACCOUNT_NOT_FOUND", "There is no such account, or it is not open to you.");
  const definition: ActionDefinition = ACTIONS[access.action];
  if (definition.anyOf?.every((permission) => !own.permissions.includes(permission))) {
    throw new ApiError("FORBIDDEN", `This needs the permission ${definition.anyOf.join(" or ")} on the account.`);
  }
  return own;
}

/** Whether somebody sees to every account. A key has what was given, and no more. */
export const actsWidely = ({ role, keyId }: Principal): boolean => WIDE_ROLES.has(role) && keyId === undefined;

/** Who makes the request; only for routes that demand somebody. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error("a route that asks for its user must demand one");
  return request.principal;
}

/** The account that the request is about; only for routes that demand one. */
export function grantOf(request: FastifyRequest): AccountGrant {
  if (request.accountGrant === null) throw new Error("a route that asks for its account must demand one");
  return request.accountGrant;
}
