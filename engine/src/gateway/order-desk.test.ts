import { describe, expect, it } from "vitest";
import { createLogger } from "../observability/logger.js";
import type { CoreOutbox, CorePort } from "./core-port.js";
import { OrderDesk } from "./order-desk.js";
import { executionFrame, massCancelFrame, record } from "./test/server-frames.js";

const GRANTS = [{ account: 1001, name: "PAPER-1", permissions: ["read", "trade"] as const }];
const FRAME = Uint8Array.of(1);

/** An outbox that answers what the test tells it to: at once with the submit, or later with a wake. */
class ScriptedOutbox implements CoreOutbox {
  readonly sessions: string[] = [];
  readonly closedSessions: number[] = [];
  readonly tokens: number[] = [];
  readonly waiting: Uint8Array[] = [];
  answerAtOnce: (token: number) => Uint8Array[] = () => [];
  wake: () => void = () => undefined;
  refuseToSubmit = false;

  openSession(grant: unknown): number {
    this.sessions.push(JSON.stringify(grant));
    return this.sessions.length;
  }
  closeSession(session: number): void {
    this.closedSessions.push(session);
  }
  submit(_session: number, token: number, _frame: Uint8Array, buffer: Uint8Array): number {
    if (this.refuseToSubmit) throw new Error("stopped");
    this.tokens.push(token);
    return fill(buffer, this.answerAtOnce(token));
  }
  /** One record a drain, as if the buffer were small: a batch must not be taken for answered half way. */
  drain(buffer: Uint8Array): number {
    const next = this.waiting.shift();
    return next === undefined ? 0 : fill(buffer, [next]);
  }
  close(): void {
    this.sessions.length = 0;
  }
}

function fill(buffer: Uint8Array, records: readonly Uint8Array[]): number {
  let at = 0;
  for (const bytes of records) {
    buffer.set(bytes, at);
    at += bytes.length;
  }
  return at;
}

function desk(answerTimeoutMs = 60_000) {
  const outbox = new ScriptedOutbox();
  const core = {
    openOutbox: (onWake: () => void) => {
      outbox.wake = onWake;
      return outbox;
    },
  } as unknown as CorePort;
  const logger = createLogger({ level: "fatal", component: "test" });
  return { outbox, desk: new OrderDesk({ core, logger, answerTimeoutMs }) };
}

describe("the order desk", () => {
  it("takes an answer that comes with the submit", async () => {
    const { outbox, desk: orders } = desk();
    outbox.answerAtOnce = (token) => [record(0, 1, token, executionFrame({ clOrdId: "a", ordStatus: 1 }))];
    expect(await orders.send({ userId: 7, accounts: GRANTS }, FRAME)).toMatchObject([
      { kind: "order", order: { clOrdId: "a", ordStatus: "new" } },
    ]);
    orders.close();
  });

  it("takes all that answers a request, also where it spans buffers, and leaves others' records alone", async () => {
    const { outbox, desk: orders } = desk();
    const [one, two] = [orders.send({ userId: 7, accounts: GRANTS }, FRAME), orders.send({ userId: 7, accounts: GRANTS }, FRAME)];
    const [first = 0, second = 0] = outbox.tokens;
    outbox.waiting.push(
      record(0, 1, second, executionFrame({ clOrdId: "b", ordStatus: 1 })),
      record(0, 1, 0, executionFrame({ clOrdId: "other", ordStatus: 3 })),
      record(0, 1, second, executionFrame({ clOrdId: "b", ordStatus: 2 })),
      record(0, 1, first, executionFrame({ clOrdId: "a", ordStatus: 4 })),
      record(0, 1, second, executionFrame({ clOrdId: "b", ordStatus: 3 })),
    );
    outbox.wake();
    expect(await one).toMatchObject([{ order: { clOrdId: "a", ordStatus: "canceled" } }]);
    expect((await two)?.map((answer) => answer.kind === "order" && answer.order.ordStatus)).toEqual([
      "new",
      "partiallyFilled",
      "filled",
    ]);
    orders.close();
  });

  it("takes the report of a mass cancel among the reports of its orders", async () => {
    const { outbox, desk: orders } = desk();
    const answer = orders.send({ userId: 7, accounts: GRANTS }, FRAME);
    const [token = 0] = outbox.tokens;
    outbox.waiting.push(
      record(0, 1, token, executionFrame({ clOrdId: "a", ordStatus: 4 })),
      record(0, 1, token, massCancelFrame(2)),
      record(0, 1, token, executionFrame({ clOrdId: "b", ordStatus: 4 })),
    );
    outbox.wake();
    expect((await answer)?.map(({ kind }) => kind)).toEqual(["order", "massCanceled", "order"]);
    expect((await answer)?.[1]).toEqual({ kind: "massCanceled", canceledCount: 2 });
    orders.close();
  });

  it("says that the outcome is unknown where no answer comes, and drops a late one", async () => {
    const { outbox, desk: orders } = desk(5);
    const answer = orders.send({ userId: 7, accounts: GRANTS }, FRAME);
    const [token = 0] = outbox.tokens;
    expect(await answer).toBeUndefined();
    outbox.waiting.push(record(0, 1, token, executionFrame({ clOrdId: "late", ordStatus: 1 })));
    outbox.wake();
    orders.close();
  });

  it("says the same of an answer that it cannot read", async () => {
    const { outbox, desk: orders } = desk(5);
    outbox.answerAtOnce = (token) => [record(0, 1, token, executionFrame({ clOrdId: "odd", ordStatus: 99 }))];
    expect(await orders.send({ userId: 7, accounts: GRANTS }, FRAME)).toBeUndefined();
    orders.close();
  });

  it("keeps one session per user and rights, and opens another when the core closed it", async () => {
    const { outbox, desk: orders } = desk();
    outbox.answerAtOnce = (token) => [record(0, 1, token, massCancelFrame(0))];
    const readOnly = [{ account: 1001, name: "PAPER-1", permissions: ["read"] as const }];
    for (const grants of [GRANTS, GRANTS, readOnly]) await orders.send({ userId: 7, accounts: grants }, FRAME);
    await orders.send({ userId: 8, accounts: GRANTS }, FRAME);
    expect(outbox.sessions).toHaveLength(3);
    outbox.waiting.push(record(2, 1, 4003, new TextEncoder().encode("revoked")));
    outbox.wake();
    await orders.send({ userId: 7, accounts: GRANTS }, FRAME);
    expect(outbox.sessions).toHaveLength(4);
    orders.close();
    expect(outbox.closedSessions.sort()).toEqual([2, 3, 4]);
  });

  it("turns requests away when the core is stopping or the desk is closed", async () => {
    const { outbox, desk: orders } = desk();
    outbox.refuseToSubmit = true;
    await expect(orders.send({ userId: 7, accounts: GRANTS }, FRAME)).rejects.toMatchObject({
      code: "CORE_UNAVAILABLE",
      status: 503,
    });
    outbox.refuseToSubmit = false;
    const waiting = orders.send({ userId: 7, accounts: GRANTS }, FRAME);
    orders.close();
    expect(await waiting).toBeUndefined();
    await expect(orders.send({ userId: 7, accounts: GRANTS }, FRAME)).rejects.toMatchObject({ code: "CORE_UNAVAILABLE" });
  });
});
