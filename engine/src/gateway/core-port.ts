/**
 * What the gateway needs of the core, as an interface: the native one in production and most tests, a hand-made one where a
 * test must say what the core answers.
 */
import type {
  AccountView,
  AdminCommand,
  BarView,
  BookView,
  CoreStatus,
  Credential,
  ExecuteResult,
  GatewayGrant,
  InstrumentView,
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
  queryAccount(account: number): AccountView | undefined;
  queryBook(instrument: number, depth: number): BookView | undefined;
  queryBars(instrument: number, intervalS: number, fromTsMs: number, toTsMs: number): readonly BarView[];
  queryInstruments(): readonly InstrumentView[];
  coreStatus(): CoreStatus;
  coreMetrics(): Readonly<Record<string, number>>;
}

/** The native core of this process. The addon is loaded here and not before, so that other ports need none. */
export async function loadNativeCore(): Promise<CorePort> {
  const native = await import("@jware/core-native");
  return {
    openOutbox: (onWake) => {
      const outbox = new native.Outbox(onWake);
      return {
        openSession: (grant) => native.openSession(outbox, "gateway", grant),
        closeSession: (session) => native.closeSession(session, false),
        submit: native.submit,
        drain: (buffer) => outbox.drain(buffer),
        close: () => outbox.close(),
      };
    },
    execute: native.execute,
    awaitDurable: native.awaitDurable,
    putCredential: native.putCredential,
    removeCredential: native.removeCredential,
    queryAccount: native.queryAccount,
    queryBook: native.queryBook,
    queryBars: native.queryBars,
    queryInstruments: native.queryInstruments,
    coreStatus: native.coreStatus,
    coreMetrics: native.coreMetrics,
  };
}
