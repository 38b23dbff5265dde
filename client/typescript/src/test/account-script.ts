/** An account as a test scripts it. */
import {
  AccountConfiguration,
  AccountKind,
  AccountSnapshot,
  AccountStatus,
  Actor,
  ExecType,
  ExpectedFill,
  FeeScheduleStatus,
  FeeTier,
  LatencyTrace,
  LimitKind,
  type LimitScope,
  LimitStatus,
  LiquidationReport,
  LossLimitReport,
  MassCancelReport,
  OrderValidation,
  PositionLeg,
  PositionMode,
  PositionReport,
  RequestKind,
  ScopeKind,
  ScopeStatus,
  ServerBody,
  TradingState,
} from "@jware/schemas/wire";
import { ACCOUNT, BTC, balanceReport, executionReport, lateRefusal, type OrderFacts, type Tell } from "./frame-tables.js";

/** What the orders socket of the account tells; whatever is of the account's sequence takes its next number, unless it is given one. */
export class AccountScript {
  readonly #send: Tell;
  /** What the snapshot at logon says. */
  seq = 0n;
  working: OrderFacts[] = [];
  state = TradingState.Active;

  constructor(send: Tell) {
    this.#send = send;
  }

  snapshot(): void {
    this.#send(ServerBody.AccountSnapshot, (b) => {
      const orders = this.working.map((order) => executionReport(b, 0n, { execType: ExecType.Status, ...order }));
      const positions = [
        PositionReport.createPositionReport(b, 0n, ACCOUNT, BTC, 200n, 200n * 6_000_000n * 10n, 0n, 5n, 1_000n, PositionLeg.Net),
      ];
      const balances = [balanceReport(b, 0n)];
      return AccountSnapshot.createAccountSnapshot(
        b,
        this.seq,
        ACCOUNT,
        this.state,
        AccountSnapshot.createOrdersVector(b, orders),
        AccountSnapshot.createPositionsVector(b, positions),
        AccountSnapshot.createBalancesVector(b, balances),
        1_000n,
        AccountKind.Standard,
        0,
        PositionMode.Netting,
      );
    });
  }

  execution(facts: OrderFacts, seq = this.#nextSeq()): void {
    this.#send(ServerBody.ExecutionReport, (b) => executionReport(b, seq, facts));
  }

  position(qty: bigint, costMinor: bigint, seq = this.#nextSeq(), leg = PositionLeg.Net): void {
    this.#send(ServerBody.PositionReport, (b) =>
      PositionReport.createPositionReport(b, seq, ACCOUNT, BTC, qty, costMinor, -250_000_000n, 5_000_000n, 2_000n, leg),
    );
  }

  balance(seq = this.#nextSeq()): void {
    this.#send(ServerBody.BalanceReport, (b) => balanceReport(b, seq));
  }

  status(state: TradingState, reason: string, seq = this.#nextSeq()): void {
    this.#send(ServerBody.AccountStatus, (b) =>
      AccountStatus.createAccountStatus(b, seq, ACCOUNT, state, b.createString(reason), 3_000n),
    );
  }

  /** A state told again, outside the sequence. */
  statusAgain(facts: OrderFacts): void {
    this.#send(ServerBody.ExecutionReport, (b) => executionReport(b, this.seq, { ...facts, execType: ExecType.Status }));
  }

  scope(strategy: number, state: TradingState): void {
    this.#send(ServerBody.ScopeStatus, (b) => {
      const reason = b.createString("enough");
      return ScopeStatus.createScopeStatus(b, ScopeKind.Strategy, ACCOUNT, 0, strategy, state, 2, reason, 5_000n);
    });
  }

  /** A limit on the quantity of orders in the instrument, of a scope. */
  limit(scope: LimitScope, account: number, id: number, max: bigint | undefined): void {
    this.#send(ServerBody.LimitStatus, (b) => {
      const [currency, reason] = [b.createString(""), b.createString("review")];
      LimitStatus.startLimitStatus(b);
      LimitStatus.addScope(b, scope);
      LimitStatus.addScopeAccount(b, account);
      LimitStatus.addScopeId(b, id);
      LimitStatus.addKind(b, LimitKind.OrderQty);
      LimitStatus.addInstrument(b, BTC);
      LimitStatus.addCurrency(b, currency);
      LimitStatus.addIsSet(b, max !== undefined);
      LimitStatus.addMax(b, max ?? 0n);
      LimitStatus.addActor(b, Actor.createActor(b, 3, 0, 8));
      LimitStatus.addReason(b, reason);
      LimitStatus.addTsNs(b, 5_000_000n);
      return LimitStatus.endLimitStatus(b);
    });
  }

  configured(kind: AccountKind, mode: PositionMode, group: number): void {
    this.#send(ServerBody.AccountConfiguration, (b) => {
      const reason = b.createString("one desk");
      AccountConfiguration.startAccountConfiguration(b);
      AccountConfiguration.addAccount(b, ACCOUNT);
      AccountConfiguration.addKind(b, kind);
      AccountConfiguration.addPositionMode(b, mode);
      AccountConfiguration.addSelfTradeGroup(b, group);
      AccountConfiguration.addActor(b, Actor.createActor(b, 3, 0, 0));
      AccountConfiguration.addReason(b, reason);
      AccountConfiguration.addTsNs(b, 5_000_000n);
      return AccountConfiguration.endAccountConfiguration(b);
    });
  }

  /** Volume in minor units, maker and taker fee of each tier; account 0 is the firm. */
  fees(account: number, rows: readonly (readonly [bigint, number, number])[]): void {
    this.#send(ServerBody.FeeScheduleStatus, (b) => {
      const [currency, reason] = [b.createString("USDT"), b.createString("review")];
      FeeScheduleStatus.startTiersVector(b, rows.length);
      for (const row of rows.toReversed()) FeeTier.createFeeTier(b, ...row);
      const tiers = b.endVector();
      FeeScheduleStatus.startFeeScheduleStatus(b);
      FeeScheduleStatus.addAccount(b, account);
      FeeScheduleStatus.addCurrency(b, currency);
      FeeScheduleStatus.addTiers(b, tiers);
      FeeScheduleStatus.addActor(b, Actor.createActor(b, 3, 0, 0));
      FeeScheduleStatus.addReason(b, reason);
      FeeScheduleStatus.addTsNs(b, 5_000_000n);
      return FeeScheduleStatus.endFeeScheduleStatus(b);
    });
  }

  loss(kind: LimitKind, max: bigint, loss: bigint): void {
    this.#send(ServerBody.LossLimitReport, (b) =>
      LossLimitReport.createLossLimitReport(b, ACCOUNT, kind, b.createString("USDT"), max, loss, 5_000_000n),
    );
  }

  liquidation(equity: bigint, maintenance: bigint): void {
    this.#send(ServerBody.LiquidationReport, (b) =>
      LiquidationReport.createLiquidationReport(b, ACCOUNT, b.createString("USDT"), equity, maintenance, 5_000_000n),
    );
  }

  validation(clOrdId: string, rules: readonly string[], passedRules: readonly string[] = []): void {
    this.#send(ServerBody.OrderValidation, (b) => {
      const tables = (names: readonly string[]): number[] => names.map((rule) => lateRefusal(b, rule));
      const refusals = OrderValidation.createRefusalsVector(b, tables(rules));
      const passed = OrderValidation.createPassedVector(b, tables(passedRules));
      OrderValidation.startFillsVector(b, 1);
      ExpectedFill.createExpectedFill(b, 6_183_763n, 1_000n);
      const fills = b.endVector();
      const name = b.createString(clOrdId);
      return OrderValidation.createOrderValidation(b, ACCOUNT, BTC, name, refusals, fills, 6_183_763n, 6_000n, passed);
    });
  }

  massCancelReport(clOrdId: string, count: number): void {
    this.#send(ServerBody.MassCancelReport, (b) =>
      MassCancelReport.createMassCancelReport(b, ACCOUNT, b.createString(clOrdId), count, 4_000n),
    );
  }

  /** `stages` in the order of the schema, each counted from the read. */
  latencyTrace(facts: {
    readonly sentTsNs: bigint;
    readonly clOrdId?: string;
    readonly responseTo?: RequestKind;
    readonly stages: readonly [number, number, number, number, number, number, number];
  }): void {
    this.#send(ServerBody.LatencyTrace, (b) => {
      const name = facts.clOrdId === undefined ? 0 : b.createString(facts.clOrdId);
      const request = facts.responseTo ?? RequestKind.NewOrder;
      const readTsNs = 1_700_000_000_000_000_000n;
      return LatencyTrace.createLatencyTrace(b, request, ACCOUNT, name, facts.sentTsNs, readTsNs, ...facts.stages);
    });
  }

  #nextSeq(): bigint {
    this.seq += 1n;
    return this.seq;
  }
}
