/** Positions, balances and trading state of the accounts, as last reported. */
import { Side, TradingState } from "@jware/schemas/wire";
import type { PositionLegName, PositionModeName } from "@jware/schemas/limit-names";
import type { BalanceEvent, ConfiguredEvent, PositionEvent, SnapshotEvent, StatusEvent } from "../stream/own-event.js";

export interface AccountBook {
  /** By instrument and leg. */
  readonly positions: ReadonlyMap<string, PositionEvent>;
  /** Hedging: a long and a short leg in each instrument; what is reduce-only closes the other side's. */
  readonly positionMode: PositionModeName;
  readonly balances: ReadonlyMap<string, BalanceEvent>;
  readonly state: TradingState;
  readonly stateReason: string;
}

const EMPTY: AccountBook = {
  ...{ positions: new Map(), positionMode: "netting", balances: new Map(), state: TradingState.None, stateReason: "" },
};

const keyOf = ({ instrument, leg }: PositionEvent): string => `${instrument} ${leg}`;

export class AccountBooks {
  private readonly books = new Map<number, AccountBook>();

  of(account: number): AccountBook {
    return this.books.get(account) ?? EMPTY;
  }

  apply(event: SnapshotEvent | PositionEvent | BalanceEvent | StatusEvent | ConfiguredEvent): void {
    const book = this.of(event.account);
    switch (event.kind) {
      case "snapshot":
        this.books.set(event.account, {
          positions: new Map(event.positions.map((position) => [keyOf(position), position])),
          positionMode: event.positionMode,
          balances: new Map(event.balances.map((balance) => [balance.currency, balance])),
          state: event.state,
          stateReason: event.state === TradingState.Halted ? book.stateReason : "",
        });
        return;
      case "position":
        this.books.set(event.account, { ...book, positions: new Map(book.positions).set(keyOf(event), event) });
        return;
      case "balance":
        this.books.set(event.account, { ...book, balances: new Map(book.balances).set(event.currency, event) });
        return;
      case "status":
        this.books.set(event.account, { ...book, state: event.state, stateReason: event.reason });
        return;
      case "configured":
        this.books.set(event.account, { ...book, positionMode: event.positionMode });
    }
  }
}

/** What is open in an instrument: the net position, or of a hedging account up to two legs, the long one first. */
export const openPositions = (book: AccountBook, instrument: number): readonly PositionEvent[] =>
  [...book.positions.values()]
    .filter((position) => position.instrument === instrument && position.lots !== 0)
    .sort((a, b) => b.lots - a.lots);

/** The leg of a hedging account that an order is about: what only reduces closes the other side's. */
export const legOf = ({ side, reduceOnly }: { readonly side: Side; readonly reduceOnly: boolean }): PositionLegName =>
  (side === Side.Buy) === reduceOnly ? "short" : "long";

/** Profit or loss of an open position at a mark, minor units of the quote currency. */
export const unrealisedMinor = (position: PositionEvent, markTicks: number, tickLotMinor: number): bigint =>
  BigInt(markTicks) * BigInt(position.lots) * BigInt(tickLotMinor) - position.costMinor;
