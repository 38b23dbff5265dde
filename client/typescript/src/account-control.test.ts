/** An account's state, limits and legs. */
import {
  AccountControl,
  AccountKind,
  ClientBody,
  ControlAction,
  LimitKind,
  LimitScope,
  PositionLeg,
  PositionMode,
  TradingState,
} from "@jware/schemas/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OrderScene } from "./test/order-scene.js";

let scene: OrderScene;
beforeEach(async () => {
  scene = await OrderScene.start();
});
afterEach(() => scene.end());

test("halt resolves when the account is halted", async () => {
  const { server, client } = scene;
  const halted = client.halt("runaway");
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.reason()]).toEqual([ControlAction.Halt, "runaway"]);
  server.account.status(TradingState.Halted, "runaway");
  expect(await halted).toMatchObject({ account: "PAPER-1", state: "halted", reason: "runaway" });
  expect(client.accountStates).toMatchObject([{ state: "halted" }]);
});

test("reduce with flatten says both", async () => {
  const { server, client } = scene;
  const reduced = client.reduce("enough", { flatten: true });
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.flatten()]).toEqual([ControlAction.Reduce, true]);
  server.account.status(TradingState.Reducing, "enough");
  expect(await reduced).toMatchObject({ state: "reducing" });
});

test("a strategy is halted by number, and everyone hears of it", async () => {
  const { server, client } = scene;
  const heard: unknown[] = [];
  client.on("scopeState", (state) => heard.push(state));
  const halted = client.controlStrategy(7, "halted", "enough");
  const request: AccountControl = (await server.next(ClientBody.AccountControl)).frame.body(new AccountControl());
  expect([request.action(), request.strategy(), request.flatten()]).toEqual([ControlAction.Halt, 7, false]);
  server.account.scope(8, TradingState.Halted);
  server.account.scope(7, TradingState.Halted);
  expect(await halted).toMatchObject({ scope: "strategy", account: "PAPER-1", strategy: 7, state: "halted", canceledCount: 2 });
  expect(heard).toMatchObject([{ strategy: 8 }, { strategy: 7 }]);
});

test("limits, kinds of accounts and losses are told as they change", async () => {
  const { server, client } = scene;
  const heard: unknown[] = [];
  for (const name of ["limit", "accountConfigured", "feeSchedule", "lossLimitPassed", "liquidation"] as const) {
    client.on(name, (event) => heard.push([name, event]));
  }
  server.account.limit(LimitScope.Key, 0, 8, 500n);
  server.account.limit(LimitScope.Account, 1001, 0, undefined);
  server.account.configured(AccountKind.Margin, PositionMode.Hedging, 4);
  server.account.fees(0, [[0n, 10, 50]]);
  server.account.fees(1001, []);
  server.account.loss(LimitKind.LossHalt, 10n ** 10n, 3n * 10n ** 10n);
  server.account.liquidation(-(10n ** 8n), 5n * 10n ** 8n);
  await expect.poll(() => heard.length).toBe(7);
  expect(heard).toEqual([
    [
      "limit",
      {
        ...{ scope: { of: "key", key: 8 }, limit: "orderQty", symbol: "BTCUSDT", max: "0.00500" },
        ...{ by: { user: 3, key: 8 }, reason: "review", tsMs: 5 },
      },
    ],
    [
      "limit",
      {
        ...{ scope: { of: "account", account: "PAPER-1" }, limit: "orderQty", symbol: "BTCUSDT" },
        ...{ by: { user: 3, key: 8 }, reason: "review", tsMs: 5 },
      },
    ],
    [
      "accountConfigured",
      {
        ...{ account: "PAPER-1", kind: "margin", positionMode: "hedging", selfTradeGroup: 4 },
        ...{ by: { user: 3 }, reason: "one desk", tsMs: 5 },
      },
    ],
    [
      "feeSchedule",
      {
        ...{ currency: "USDT", tiers: [{ notionalMin: "0.00000000", makerFeePpm: 10, takerFeePpm: 50 }] },
        ...{ by: { user: 3 }, reason: "review", tsMs: 5 },
      },
    ],
    ["feeSchedule", { account: "PAPER-1", currency: "USDT", tiers: [], by: { user: 3 }, reason: "review", tsMs: 5 }],
    [
      "lossLimitPassed",
      { account: "PAPER-1", limit: "lossHalt", currency: "USDT", max: "100.00000000", loss: "300.00000000", tsMs: 5 },
    ],
    ["liquidation", { account: "PAPER-1", currency: "USDT", equity: "-1.00000000", maintenance: "5.00000000", tsMs: 5 }],
  ]);
});

test("the legs of a hedging account are positions side by side", async () => {
  const { server, client } = scene;
  server.account.position(500n, 500n * 6_000_000n * 10n, undefined, PositionLeg.Long);
  server.account.position(-100n, -100n * 6_100_000n * 10n, undefined, PositionLeg.Short);
  const held = () => client.positions.filter(({ leg }) => leg !== "net").map(({ leg, qty, avgPx }) => [leg, qty, avgPx]);
  await expect.poll(held).toEqual([
    ["long", "0.00500", "60000.000000"],
    ["short", "-0.00100", "61000.000000"],
  ]);
});
