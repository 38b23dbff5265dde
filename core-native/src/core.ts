/** The cold side of the core: start and stop, administration, queries. */
import { native } from "./native.js";

export interface CoreConfig {
  /** Folder of the journal; made where absent. */
  readonly journalDir: string;
  readonly ackMode: "durable" | "memory";
  /** Size of a journal segment, bytes; 64 MiB where absent. */
  readonly segmentBytes?: number;
  /** Room that is kept for cancels where the disk is full, bytes; 64 MiB where absent, 0: none. */
  readonly reserveBytes?: number;
  /** A snapshot is made after so many commands; 1,000,000 where absent. */
  readonly snapshotEveryRecords?: number;
  /** And after this time, if there was any command; 10 minutes where absent. */
  readonly snapshotEveryMs?: number;
  /** Where segments go that nothing here needs any more, on a disk of its own; absent: they stay. */
  readonly journalArchiveDir?: string;
}

/** A state on disk, from which a start need not replay what came before. */
export interface SnapshotView {
  /** The last command in it. */
  readonly seq: number;
  readonly stateHash: string;
  /** How old its last command is. */
  readonly ageMs: number;
  /** 0 where it was there before the start. */
  readonly bytes: number;
  /** What it took; 0 where it was there before the start. */
  readonly durationMs: number;
}

export interface CoreStatus {
  /** Sequence of the last applied command. */
  readonly seq: number;
  /** Sequence of the last command on disk. */
  readonly durableSeq: number;
  /** The last command of the snapshot that the start began from; 0 where there was none. */
  readonly snapshotSeq: number;
  /** Commands replayed at the start, after the snapshot. */
  readonly replayedCount: number;
  readonly newestSnapshot: SnapshotView | null;
  /** Why there is no newer one; null while all is well. */
  readonly snapshotFailure: string | null;
  /** Whether new orders are refused (STORAGE_FULL) because the journal's disk has no room for its next segment. */
  readonly storageFull: boolean;
  /** Why segments that nothing needs stay in the journal; null while all is well. */
  readonly archiveFailure: string | null;
  readonly ackMode: "durable" | "memory";
  readonly sessionCount: number;
  readonly openOrderCount: number;
  /** What everyone may do. */
  readonly firmState: TradingStateName;
}

export type TradingStateName = "active" | "reducing" | "halted";

/** What a control is about. Everyone and an instrument are the administrator's alone. */
export type ControlScope =
  | { readonly kind: "firm" }
  | { readonly kind: "account"; readonly account: number }
  | { readonly kind: "instrument"; readonly instrument: number }
  | { readonly kind: "strategy"; readonly account: number; readonly strategy: number };

export type AccountPermission = "read" | "trade" | "cancel" | "risk";

/**
 * Locks the journal and reads it: the newest snapshot that verifies, and the commands after it. Changes no file and takes no
 * command. Once per process, before any other call; `startOpenedCore` follows.
 */
export const openCore = (config: CoreConfig): void => native.openCore(JSON.stringify(config));

/**
 * Starts the journal that `openCore` read. `witnessSeq` is the last command that somebody else, the database, knows to have been
 * durable: a journal that ends before it was lost or is an old copy, and throws `JRN_ERR_BEHIND_WITNESS`.
 */
export const startOpenedCore = (witnessSeq: number): CoreStatus => JSON.parse(native.startCore(witnessSeq)) as CoreStatus;

/** Both in one, where nobody else has seen the journal. */
export const startCore = (config: CoreConfig): CoreStatus => {
  openCore(config);
  return startOpenedCore(0);
};

/** What a copy of a journal holds. */
export interface JournalCopy {
  readonly lastSeq: number;
  /** The snapshot in it; 0 where there is none. */
  readonly snapshotSeq: number;
  readonly segmentCount: number;
}

/**
 * Copies a journal into a folder that has none, durably: the newest snapshot and every segment, of the open one what is finished.
 * The journal may be running, in this process or another. Throws `JRN_ERR_CORRUPT` where it is damaged.
 */
export const copyJournal = (from: string, to: string): JournalCopy => JSON.parse(native.copyJournal(from, to)) as JournalCopy;

/** Says how far the database has the commands on its disk: nothing that it may still need goes to the archive. */
export const confirmProjected = (seq: number): void => native.confirmProjected(seq);

/** Hash of the whole state, 16 hex digits. Walks all of it while everyone waits: for starts, tests and questions, not for polling. */
export const coreStateHash = (): string => native.coreStateHash();

/** Makes everything durable and closes the journal. Later calls throw. */
export const stopCore = (): void => native.stopCore();

export const coreStatus = (): CoreStatus => JSON.parse(native.coreStatus()) as CoreStatus;

/** The last command that is on disk. Takes no lock. Throws ENG_ERR_CORE_NOT_STARTED before a start, ENG_ERR_CORE_STOPPED after a stop. */
export const durableSeq = (): number => native.durableSeq();

/**
 * Lets every other thread go before the calling one, from now on and for good: it runs where nobody else wants its processor. For
 * work that may wait, such as history. Linux; elsewhere nothing is changed.
 */
export const yieldThread = (): void => native.yieldThread();

/** Counters since the start, name to value: commands, refusals by code, frames, bytes, sync times. */
export const coreMetrics = (): Readonly<Record<string, number>> => JSON.parse(native.coreMetrics()) as Record<string, number>;

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

/** One step of a fee schedule. */
export interface FeeTier {
  /** Volume of 30 days from which on it holds, minor units in digits. */
  readonly notionalMinMinor: string;
  /** Parts per million of the value; negative is a rebate. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

/** A fee schedule that is set. */
export interface FeeScheduleView {
  /** Null: the firm's. */
  readonly account: number | null;
  readonly currency: string;
  readonly currencyDecimals: number;
  readonly tiers: readonly FeeTier[];
}

/** Every fee schedule that is set, by currency, the firm's first. */
export const queryFeeSchedules = (): readonly FeeScheduleView[] => JSON.parse(native.queryFeeSchedules()) as FeeScheduleView[];

/** Where an account stands in the schedule of a currency. Amounts are minor units in digits. */
export interface AccountFeesView {
  readonly currency: string;
  readonly currencyDecimals: number;
  /** Whether the schedule is the account's own, not the firm's. */
  readonly isOwn: boolean;
  /** What it traded on the 30 UTC days before this one; corrections may make it negative. */
  readonly volumeMinor: string;
  /** What it has traded today, which counts from tomorrow on. */
  readonly todayMinor: string;
  /** Index of its tier. */
  readonly tier: number;
  readonly tiers: readonly FeeTier[];
}

/** What an account pays in each currency in which a schedule holds for it; undefined for an unknown account. */
export const queryAccountFees = (account: number): readonly AccountFeesView[] | undefined => {
  const text = native.queryAccountFees(account);
  return text === null ? undefined : (JSON.parse(text) as AccountFeesView[]);
};

/** One of our sides of a trade, as it counts now. Enumerations are the numbers of the wire. */
export interface TradeSideView {
  readonly execId: string;
  readonly tradeId: string;
  readonly orderId: number;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly qtyLots: number;
  readonly priceTicks: number;
  readonly feeMinor: string;
  readonly liquidity: number;
  readonly withHouse: boolean;
  readonly isBust: boolean;
}

/** Our sides of the trade that a report was of, the maker's first; none where it is not remembered (the last 65,536 fills are). */
export const queryTrade = (execId: string): readonly TradeSideView[] => JSON.parse(native.queryTrade(execId)) as TradeSideView[];

/** How an account's positions are paid for: in full; in full and only long; by the instruments' margins. */
export type AccountKindName = "standard" | "cash" | "margin";

/** How many positions an account has in an instrument: one; or a long and a short leg. */
export type PositionModeName = "netting" | "hedging";

/** Which of an account's positions in an instrument. */
export type PositionLegName = "net" | "long" | "short";

/** Whose limit: every scope that an order is in holds. */
export type LimitScopeInput =
  | { readonly of: "firm" }
  | { readonly of: "account"; readonly account: number }
  | { readonly of: "strategy"; readonly account: number; readonly strategy: number }
  | { readonly of: "user"; readonly user: number }
  | { readonly of: "key"; readonly key: number };

/** What is limited; units and rules: core-native/core/RULES.md, "Limits". */
export type LimitName =
  | "orderQty"
  | "orderNotional"
  | "openOrders"
  | "position"
  | "grossNotional"
  | "netNotional"
  | "messageRate"
  | "windowNotional"
  | "repeatedExecution"
  | "duplicateOrder"
  | "lossWarn"
  | "lossReduce"
  | "lossHalt"
  | "lossFlatten";

/** One limit. */
export interface LimitInput {
  readonly scope: LimitScopeInput;
  readonly limit: LimitName;
  /** 0 or absent: all of them. */
  readonly instrument?: number;
  /** Code, for limits of money. */
  readonly currency?: string;
  /** Lots, a count, or minor units, in digits; absent takes the limit away. */
  readonly max?: string;
  /** For rates. */
  readonly windowMs?: number;
}

/** A limit that is set. */
export interface LimitView {
  readonly scope: LimitScopeInput;
  readonly limit: LimitName;
  readonly instrument: number;
  readonly currency: string | null;
  readonly max: string;
  readonly windowMs: number;
  /** What a rate would let pass now. */
  readonly remaining: string | null;
  /** Whether a throttle or a loss limit was passed; until it is set again. */
  readonly isTripped: boolean;
}

/** Every limit that is set. */
export const queryLimits = (): readonly LimitView[] => JSON.parse(native.queryLimits()) as LimitView[];

/** An account's id by its name. Cost: every account is looked at. */
export const accountNamed = (name: string): number | undefined => native.accountNamed(name) ?? undefined;

/** How many new orders and replaces would pass every message rate now; undefined where none holds for them. 0 is no strategy or key. */
export const messagesLeft = (account: number, strategy: number, user: number, key: number): number | undefined =>
  native.messagesLeft(account, strategy, user, key) ?? undefined;

/** Everything static about an instrument; see InstrumentDefinition in market_data.fbs for the units. */
export interface InstrumentInput {
  readonly instrument: number;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: "crypto" | "equity" | "fx" | "future";
  readonly venue: "internal" | "simulated" | "paper";
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly priceDecimals: number;
  readonly tickMantissa: number;
  readonly qtyDecimals: number;
  readonly lotMantissa: number;
  /** Value of one tick on one lot in minor units of the quote currency. */
  readonly tickLotMinor: number;
  readonly qtyLotsMin: number;
  readonly qtyLotsMax: number;
  readonly notionalMinorMax: string;
  readonly collarBps: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** When it trades, weekly and in UTC; it never closes where this is absent. */
  readonly session?: SessionInput;
  /** More about the collar; absent: `collarBps` about the mark. */
  readonly collar?: CollarInput;
  /** What margin accounts need, in parts per million of the value; absent: all of it, and half to be kept. */
  readonly margin?: { readonly initialPpm: number; readonly maintenancePpm: number };
  /** How old its mark may be; absent or 0: as old as it likes. */
  readonly markStaleMs?: number;
  /** How an outside venue treats our orders (not of internal ones); absent: the conservative queue and no time on the way. */
  readonly paper?: PaperInput;
}

/** How a venue that is only watched is taken to treat our orders: see docs/paper-venue.md. */
export interface PaperInput {
  /** Who left when a level shrinks without a trade: those behind us, or a part by probability. */
  readonly queue?: "conservative" | "probabilistic";
  /** Of the probabilistic queue alone: 1 to 3, 2 where absent. */
  readonly queuePower?: number;
  readonly latency?: LatencyInput;
}

/** Histograms of the way to the venue and back, each of at most 16 rows by ascending bound; a way without rows takes no time. */
export interface LatencyInput {
  /** Decimal text of 64 bits. */
  readonly seed?: string;
  readonly inbound?: LatencyRowInput[];
  readonly outbound?: LatencyRowInput[];
}

/** Durations above the bound of the row before, up to `upperNs` (at most 60 s); `weight` is 1 to 1,000,000. */
export interface LatencyRowInput {
  readonly upperNs: number;
  readonly weight: number;
}

/** A session opens at a minute of the day and closes at another, on the next day where that is not later. */
export interface SessionInput {
  readonly openMinute: number;
  readonly closeMinute: number;
  /** Days on which a session opens: bit 0 is Monday. */
  readonly weekdays: number;
}

/** What the price collar compares with, and its narrower forms (0 = none). */
export interface CollarInput {
  readonly reference?: "mark" | "last" | "mid";
  readonly ticks?: number;
  readonly windowBps?: number;
  readonly windowMs?: number;
}

export interface InstrumentView extends InstrumentInput {
  readonly session: SessionInput;
  readonly paper: PaperInput & { readonly queue: "conservative" | "probabilistic" };
  readonly collar: Required<CollarInput>;
  readonly margin: NonNullable<InstrumentInput["margin"]>;
  readonly tradingState: TradingStateName;
  readonly currencyDecimals: number;
  readonly bookState: "synced" | "stale" | "resyncing";
  readonly lastTicks: number;
}

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

/** Resolves when the command is on disk. */
export const awaitDurable = (seq: number): Promise<void> => native.awaitDurable(seq);

/** What a ticket or API key opens: held in the core so that a logon is checked in the call that brings it. */
export interface Credential {
  /** SHA-256 of the secret text, hex. */
  readonly sha256: string;
  readonly user: number;
  readonly userName: string;
  /** Number of the API key; absent for a ticket. */
  readonly key?: number;
  readonly accounts: readonly { readonly account: number; readonly permissions: readonly AccountPermission[] }[];
  /** Milliseconds since the epoch; 0 = never. */
  readonly expiresTsMs: number;
  readonly singleUse: boolean;
}

export const putCredential = (credential: Credential): void => native.putCredential(JSON.stringify(credential));

/** Forgets a credential, and ends the sessions that logged on with it. Returns how many it ended. */
export const removeCredential = (sha256: string): number => native.removeCredential(sha256);

/** Forgets every key and ticket of a user, and ends the sockets that logged on with one. Returns how many it ended. */
export const removeUserCredentials = (user: number): number => native.removeUserCredentials(user);

/** A live order. Enumerations are the numbers of the wire; `@jware/schemas/order-names` has their words. */
export interface OrderView {
  readonly orderId: number;
  readonly clOrdId: string;
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly ordStatus: number;
  /** ExecReason of its last report; 0 where its state is told. */
  readonly reason: number;
  readonly orderQtyLots: number;
  readonly priceTicks: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  /** Sum of fill quantity times price. */
  readonly cumLotTicks: string;
  readonly createdTsNs: string;
  /** Of a trailing stop: where it stands. */
  readonly triggerPriceTicks: number;
  readonly triggerSource: number;
  readonly trailTicks: number;
  readonly trailBps: number;
  readonly displayQtyLots: number;
  readonly cashQtyMinor: string;
  readonly expireTsNs: string;
  readonly postOnly: number;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: number;
  readonly strategy: number;
  readonly deadlineTsNs: string;
  /** In the book, not waiting. */
  readonly working: boolean;
  readonly listId: number;
  readonly contingency: number;
  /** What trades before it at its price, house and own, as displayed; null where it rests in no book. */
  readonly queueAheadLots: number | null;
}

export interface PositionView {
  readonly instrument: number;
  readonly leg: PositionLegName;
  readonly qtyLots: number;
  readonly costMinor: string;
  readonly realisedMinor: string;
  readonly feesMinor: string;
  /** At the mark; absent where there is none. */
  readonly unrealisedMinor?: string;
  readonly markTicks?: number;
  /** The middle of the book, else the last trade. */
  readonly markSource?: "middle" | "last";
  /** Whether its book is not in step, or its news older than `markStaleMs`. */
  readonly isMarkStale?: boolean;
}

/** An account's whole equity in its base currency. */
export interface BaseEquityView {
  readonly currency: string;
  readonly currencyDecimals: number;
  /** Null where some money cannot be converted. */
  readonly equityMinor: string | null;
  /** Whether a mark that it rests on is stale. */
  readonly isStale: boolean;
  /** Codes of what cannot be converted. */
  readonly unconverted: readonly string[];
}

export interface BalanceView {
  readonly currency: string;
  readonly currencyDecimals: number;
  readonly cashMinor: string;
  readonly usedMinor: string;
  readonly heldMinor: string;
  readonly availableMinor: string;
}

export interface AccountView {
  readonly account: number;
  readonly name: string;
  readonly state: TradingStateName;
  readonly kind: AccountKindName;
  readonly positionMode: PositionModeName;
  /** Accounts of the same group, other than 0, do not trade with each other. */
  readonly selfTradeGroup: number;
  /** Strategies that are not active. */
  readonly strategyStates: readonly { readonly strategy: number; readonly state: TradingStateName }[];
  /** Null where it has no base currency. */
  readonly baseEquity: BaseEquityView | null;
  readonly accountSeq: number;
  /** Live orders: working and waiting. */
  readonly orders: readonly OrderView[];
  readonly positions: readonly PositionView[];
  readonly balances: readonly BalanceView[];
}

/** The live truth about an account, or undefined where there is none. */
export const queryAccount = (account: number): AccountView | undefined => {
  const text = native.queryAccount(account);
  return text === null ? undefined : (JSON.parse(text) as AccountView);
};

/** An account, in a list. */
export interface AccountEntry {
  readonly account: number;
  readonly name: string;
  readonly state: TradingStateName;
  readonly kind: AccountKindName;
  readonly positionMode: PositionModeName;
}

/** The users' accounts, by number. */
export const queryAccounts = (): readonly AccountEntry[] => JSON.parse(native.queryAccounts()) as AccountEntry[];

export interface CurrencyEntry {
  readonly code: string;
  readonly decimals: number;
}

/** All currencies, in the order of their definition. */
export const queryCurrencies = (): readonly CurrencyEntry[] => JSON.parse(native.queryCurrencies()) as CurrencyEntry[];

/** Money that was paid in (negative: out) under a name. */
export interface TransferView {
  /** Sequence of the command that did it. */
  readonly seq: number;
  readonly currency: string;
  readonly amountMinor: string;
}

/** What was paid in or out of an account under a name; undefined where nothing was. */
export const queryTransfer = (account: number, reference: string): TransferView | undefined => {
  const text = native.queryTransfer(account, reference);
  return text === null ? undefined : (JSON.parse(text) as TransferView);
};

export interface BookView {
  readonly seq: number;
  readonly state: "synced" | "stale" | "resyncing";
  /** Best first: [price ticks, quantity lots]. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  /** Number of all levels, shown or not. */
  readonly bidLevelCount: number;
  readonly askLevelCount: number;
}

export const queryBook = (instrument: number, depth: number): BookView | undefined => {
  const text = native.queryBook(instrument, depth);
  return text === null ? undefined : (JSON.parse(text) as BookView);
};

export interface BarView {
  readonly openTsMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: number;
  readonly tradeCount: number;
}

/** The bars the core still holds with `fromTsMs <= openTsMs < toTsMs`, oldest first, the current one last. */
export const queryBars = (instrument: number, intervalS: number, fromTsMs: number, toTsMs: number): readonly BarView[] =>
  JSON.parse(native.queryBars(instrument, intervalS, fromTsMs, toTsMs)) as BarView[];

export const queryInstruments = (): readonly InstrumentView[] => JSON.parse(native.queryInstruments()) as InstrumentView[];
