/** The words of what a user may do with an account, and the bits of the wire. */
import { Permission } from "../gen/ts/jware/wire.js";

export const PERMISSION_BY_NAME = {
  read: Permission.Read,
  trade: Permission.Trade,
  cancel: Permission.Cancel,
  risk: Permission.Risk,
} as const;
export type PermissionName = keyof typeof PERMISSION_BY_NAME;
