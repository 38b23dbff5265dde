/** Positions, balances and trading state of the accounts, as last reported. */
import { TradingState } from "@jware/schemas/wire";
import type { BalanceEvent, PositionEvent, SnapshotEvent, StatusEvent } from "../stream/own-event.js";

export interface AccountBook {
  readonly positions: ReadonlyMap<number, PositionEvent>;
  readonly balances: ReadonlyMap<string, BalanceEvent>;
  readonly state: TradingState;
  readonly stateReason: string;
}

const EMPTY: AccountBook = { positions: new Map(), balances: new Map(), state: TradingState.None, stateReason: "" };

export class AccountBooks {
  private readonly books = new Map<number, AccountBook>();

  of(account: number): AccountBook {
    return this.books.get(account) ?? EMPTY;
  }

  apply(event: SnapshotEvent | PositionEvent | BalanceEvent | StatusEvent): void {
    const book = this.of(event.account);
    switch (event.kind) {
      case "snapshot":
        this.books.set(event.account, {
          positions: new Map(event.positions.map((position) => [position.instrument, position])),
          balances: new Map(event.balances.map((balance) => [balance.currency, balance])),
          state: event.state,
          stateReason: event.state === TradingState.Halted ? book.stateReason : "",
        });
        return;
      case "position":
        this.books.set(event.account, { ...book, positions: new Map(book.positions).set(event.instrument, event) });
        return;
      case "balance":
        this.books.set(event.account, { ...book, balances: new Map(book.balances).set(event.currency, event) });
        return;
      case "status":
        this.books.set(event.account, { ...book, state: event.state, stateReason: event.reason });
    }
  }
}

/** Profit or loss of an open position at a mark, minor units of the quote currency. */
export const unrealisedMinor = (position: PositionEvent, markTicks: number, tickLotMinor: number): bigint =>
  BigInt(markTicks) * BigInt(position.lots) * BigInt(tickLotMinor) - position.costMinor;
