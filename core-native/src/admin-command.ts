/** What an administrator or the engine itself commands: state, limits, money, accounts, instruments. */
import type { AccountKindName, PositionModeName } from "@jware/schemas/limit-names";
import type { TradingStateName } from "@jware/schemas/order-names";
import type { FeeTier } from "./fee-schedule.js";
import type { InstrumentInput } from "./instrument.js";
import type { LimitInput } from "./limit.js";
import { native } from "./native.js";
import type { OrderView } from "./order.js";

/** What an administrator or the engine itself may command. Amounts are decimal strings of minor units. */
export type AdminCommand =
  | { readonly kind: "defineCurrency"; readonly code: string; readonly decimals: number }
  | ({ readonly kind: "defineInstrument" } & InstrumentInput)
  | { readonly kind: "openAccount"; readonly account: number; readonly name: string }
  | {
      readonly kind: "deposit";
      readonly user: number;
      readonly account: number;
      readonly currency: string;
      /** Decimal digits; negative pays out. */
      readonly amountMinor: string;
      /** 1 to 36 printable ASCII characters: a second one of the same account, name and content is taken and moves nothing. */
      readonly reference?: string;
      readonly reason?: string;
    }
  | {
      readonly kind: "setTradingState";
      readonly user: number;
      /** Number of the API key; absent for who signed in. */
      readonly key?: number;
      readonly scope: ControlScope;
      readonly state: TradingStateName;
      /** Closes the positions in the scope afterwards; not with `active`, and not of a strategy. */
      readonly flatten?: boolean;
      readonly reason: string;
    }
  | ({ readonly kind: "setLimit"; readonly user: number; readonly reason?: string } & LimitInput)
  | {
      /** Only while the account has no position, no live order and no report on its way. */
      readonly kind: "configureAccount";
      readonly user: number;
      readonly account: number;
      readonly accountKind: AccountKindName;
      /** Absent, it stays what it is. */
      readonly positionMode?: PositionModeName;
      readonly reason: string;
    }
  | {
      /** Accounts of one group, other than 0, do not trade with each other. */
      readonly kind: "setSelfTradeGroup";
      readonly user: number;
      readonly account: number;
      readonly group: number;
      readonly reason: string;
    }
  | {
      readonly kind: "setBaseCurrency";
      readonly user: number;
      readonly account: number;
      /** Code; absent, it has none. */
      readonly currency?: string;
      readonly reason: string;
    }
  | {
      readonly kind: "correctTrade";
      readonly user: number;
      /** ExecID of the report of one of its fills; the whole trade is meant. */
      readonly execRefId: string;
      /** What the trade is from now on; absent, it is bust. */
      readonly corrected?: { readonly qtyLots: number; readonly priceTicks: number };
      readonly reason: string;
    }
  | {
      readonly kind: "setFeeSchedule";
      readonly user: number;
      /** Absent: the firm's, for every account that has none of its own. */
      readonly account?: number;
      /** Code. */
      readonly currency: string;
      /** Up to 16, ascending, the first from 0; none takes the schedule away. */
      readonly tiers: readonly FeeTier[];
      readonly reason: string;
    };

/** What a control is about. Everyone and an instrument are the administrator's alone. */
export type ControlScope =
  | { readonly kind: "firm" }
  | { readonly kind: "account"; readonly account: number }
  | { readonly kind: "instrument"; readonly instrument: number }
  | { readonly kind: "strategy"; readonly account: number; readonly strategy: number };

export type ExecuteResult =
  | {
      readonly ok: true;
      readonly seq: number;
      /** Every order that it changed or made, as it left it: those that a kill canceled and those that close positions. */
      readonly orders: readonly OrderView[];
    }
  | { readonly ok: false; readonly code: number; readonly rule: string; readonly text: string };

/** Applies one administrative command; resolves durability with `awaitDurable(seq)`. */
export const execute = (command: AdminCommand): ExecuteResult =>
  JSON.parse(native.execute(JSON.stringify(command))) as ExecuteResult;
