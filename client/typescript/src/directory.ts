/** What ids on the wire mean: instruments by id and symbol, accounts by id and name, decimals of currencies. */
import { tablesOf } from "@jware/schemas/table-list";
import type { InstrumentList, LogonAck } from "@jware/schemas/wire";
import { type Account, permissionsOf } from "./account.js";
import { InvalidRequest } from "./errors.js";
import { type Instrument, instrumentOf } from "./instrument.js";

export class Directory {
  readonly #instruments = new Map<number, Instrument>();
  readonly #symbols = new Map<string, Instrument>();
  readonly #accounts = new Map<number, Account>();
  readonly #currencyDecimals = new Map<string, number>();

  takeInstruments(list: InstrumentList): void {
    for (const definition of tablesOf(list.instrumentsLength(), (index) => list.instruments(index))) {
      const instrument = instrumentOf(definition);
      this.#instruments.set(instrument.id, instrument);
      this.#symbols.set(instrument.symbol, instrument);
      this.#currencyDecimals.set(instrument.quoteCurrency, instrument.currencyDecimals);
    }
  }

  takeAccounts(ack: LogonAck): void {
    this.#accounts.clear();
    for (const ref of tablesOf(ack.accountsLength(), (index) => ack.accounts(index))) {
      this.#accounts.set(ref.account(), {
        id: ref.account(),
        name: ref.name() ?? String(ref.account()),
        permissions: permissionsOf(ref.permissions()),
      });
    }
  }

  get accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  get instruments(): Instrument[] {
    return [...this.#instruments.values()];
  }

  instrument(id: number): Instrument | undefined {
    return this.#instruments.get(id);
  }

  accountName(id: number): string {
    return this.#accounts.get(id)?.name ?? String(id);
  }

  currencyDecimals(currency: string): number | undefined {
    return this.#currencyDecimals.get(currency);
  }

  /** Throws InvalidRequest where there is no such symbol. */
  bySymbol(symbol: string): Instrument {
    const instrument = this.#symbols.get(symbol);
    if (instrument !== undefined) return instrument;
    throw new InvalidRequest(`no instrument "${symbol}"; there are ${[...this.#symbols.keys()].join(", ")}`);
  }

  /** The named account, or the only one. Throws InvalidRequest. */
  accountFor(name: string | undefined): Account {
    const accounts = this.accounts;
    const account = name === undefined ? accounts[0] : accounts.find((each) => each.name === name);
    if (account !== undefined && (name !== undefined || accounts.length === 1)) return account;
    const names = accounts.map((each) => each.name).join(", ");
    throw new InvalidRequest(
      name === undefined ? `say which account: ${names || "there is none"}` : `no account "${name}": ${names}`,
    );
  }
}
