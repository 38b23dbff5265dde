/**
 * What the gateway needs of the core, as an interface: the native one in production and most tests, a hand-made one where a
 * test must say what the core answers.
 */
import {
  accountNamed,
  awaitDurable,
  closeSession,
  coreMetrics,
  coreStatus,
  execute,
  messagesLeft,
  openSession,
  Outbox,
  putCredential,
  queryAccount,
  queryAccountFees,
  queryAccounts,
  queryBars,
  queryBook,
  queryCurrencies,
  queryFeeSchedules,
  queryInstruments,
  queryLimits,
  queryTrade,
  queryTransfer,
  removeCredential,
  removeUserCredentials,
  submit,
  type AccountEntry,
  type AccountFeesView,
  type AccountView,
  type AdminCommand,
  type BarView,
  type BookView,
  type CoreStatus,
  type Credential,
  type CurrencyEntry,
  type ExecuteResult,
  type FeeScheduleView,
  type GatewayGrant,
  type InstrumentView,
  type LimitView,
  type TradeSideView,
  type TransferView,
} from "@jware/core-native";

/** An outbox of the core and the gateway's sessions on it. */
export interface CoreOutbox {
  openSession(grant: GatewayGrant): number;
  closeSession(session: number): void;
  /** As `submit` of core-native: returns the bytes of records now in the buffer. */
  submit(session: number, token: number, frame: Uint8Array, buffer: Uint8Array): number;
  drain(buffer: Uint8Array): number;
  close(): void;
}

export interface CorePort {
  openOutbox(onWake: () => void): CoreOutbox;
  execute(command: AdminCommand): ExecuteResult;
  awaitDurable(seq: number): Promise<void>;
  putCredential(credential: Credential): void;
  removeCredential(sha256: string): number;
  removeUserCredentials(user: number): number;
  queryAccount(account: number): AccountView | undefined;
  queryBook(instrument: number, depth: number): BookView | undefined;
  queryBars(instrument: number, intervalS: number, fromTsMs: number, toTsMs: number): readonly BarView[];
  queryInstruments(): readonly InstrumentView[];
  queryLimits(): readonly LimitView[];
  queryFeeSchedules(): readonly FeeScheduleView[];
  queryAccountFees(account: number): readonly AccountFeesView[] | undefined;
  accountNamed(name: string): number | undefined;
  messagesLeft(account: number, strategy: number, user: number, key: number): number | undefined;
  queryTrade(execId: string): readonly TradeSideView[];
  queryAccounts(): readonly AccountEntry[];
  queryCurrencies(): readonly CurrencyEntry[];
  queryTransfer(account: number, reference: string): TransferView | undefined;
  coreStatus(): CoreStatus;
  coreMetrics(): Readonly<Record<string, number>>;
}

/** The native core of this process; whoever uses it has started it. */
export const nativeCore: CorePort = {
  openOutbox: (onWake) => {
    const outbox = new Outbox(onWake);
    return {
      openSession: (grant) => openSession(outbox, "gateway", grant),
      closeSession,
      submit,
      drain: (buffer) => outbox.drain(buffer),
      close: () => outbox.close(),
    };
  },
  execute,
  awaitDurable,
  putCredential,
  removeCredential,
  removeUserCredentials,
  queryAccount,
  queryAccountFees,
  queryAccounts,
  queryBook,
  queryCurrencies,
  queryBars,
  queryFeeSchedules,
  queryInstruments,
  queryLimits,
  accountNamed,
  messagesLeft,
  queryTrade,
  queryTransfer,
  coreStatus,
  coreMetrics,
};
