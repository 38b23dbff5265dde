/**
 * Halt, reduce and release: an account or a strategy of it by who may trade there (and, for what loosens, by Risk), the whole firm and an
 * instrument by an administrator.
 */
import { Type } from "../json-shape.js";
import type { ControlScope, OrderView } from "@jware/core-native";
import type { TradingStateName } from "@jware/schemas/order-names";
import type { FastifyRequest } from "fastify";
import { executeDurably } from "../durable-command.js";
import type { InstrumentCatalog } from "../instrument-catalog.js";
import { orderFactsOf } from "../order-facts.js";
import { ordersJson } from "../order-json.js";
import { authoriseAccount, authoriseAction, grantOf, principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import type { App, Services } from "../services.js";
import { AccountParams } from "../shapes/accounts.js";
import { HaltBody, KillReportShape, ReleaseBody, WideHaltBody, WideReleaseBody } from "../shapes/controls.js";
import { SymbolParams } from "../shapes/markets.js";
import type { OrderJson } from "../shapes/orders.js";
import { OutcomeUnknown } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

interface Control {
  readonly state: TradingStateName;
  readonly flatten?: boolean | undefined;
  readonly reason?: string | undefined;
}

const DONE = { halted: "halted", reducing: "reduced", active: "released" } as const satisfies Record<TradingStateName, string>;
const STRICTER = [
  {
    verb: "halt",
    state: "halted",
    does: "Halt",
    says: "Cancels its orders; new ones are refused until it is released. With flatten, positions are closed at the market.",
  },
  {
    verb: "reduce",
    state: "reducing",
    does: "Reduce",
    says: "Only orders that make a position smaller are taken until it is released; nothing is canceled.",
  },
] as const;
const CONTROL_PROBLEMS = { 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) };
const release = { kind: "account", action: "account.release", account: "path" } as const;

export function addControlRoutes(app: App, services: Services): void {
  const { core, catalog } = services;

  const set = async (request: FastifyRequest, scope: ControlScope, what: string, control: Control): Promise<KillReport> => {
    const { state, flatten = false } = control;
    const { userId, userName, keyNumber } = principalOf(request);
    const reason = control.reason ?? `${DONE[state]} by ${userName}`;
    const result = await executeDurably(core, {
      ...{ kind: "setTradingState" as const, user: userId, scope, state, flatten, reason },
      ...(keyNumber === undefined ? {} : { key: keyNumber }),
    });
    request.log.warn({ userName, what, reason, flatten, orderCount: result.orders.length }, `${what} was ${DONE[state]}`);
    return killReport(result.orders, catalog);
  };

  /** A strategy, or the whole account; and the state that it is in. */
  const target = (account: number, strategy: number | undefined): { scope: ControlScope; present: TradingStateName } => {
    const view = core.queryAccount(account);
    if (strategy === undefined) return { scope: { kind: "account", account }, present: view?.state ?? "active" };
    const present = view?.strategyStates.find((each) => each.strategy === strategy)?.state ?? "active";
    return { scope: { kind: "strategy", account, strategy }, present };
  };

  const accountAnswer = {
    200: Type.Object({
      account: Type.String(),
      strategy: Type.Union([Type.Integer(), Type.Null()]),
      state: Type.String(),
      ...KillReportShape,
    }),
    ...CONTROL_PROBLEMS,
  };

  for (const { verb, state, does, says } of STRICTER) {
    app.post(
      `/api/v1/accounts/:name/${verb}`,
      {
        config: { access: { kind: "account", action: "account.halt", account: "path" } },
        schema: {
          ...{ tags: ["account"], summary: `${does} an account or a strategy of it`, description: says, security: SIGNED },
          ...{ params: AccountParams, body: HaltBody, response: accountAnswer },
        },
      },
      async (request) => {
        const { account, name } = grantOf(request);
        const { strategy, ...control } = request.body ?? {};
        const { scope, present } = target(account, strategy);
        // From halted to reducing is a release, if a small one.
        if (state === "reducing" && present === "halted") {
          authoriseAction(release, request.principal);
          authoriseAccount(release, request.principal, name, core.accountNamed);
        }
        const report = await set(request, scope, nameOf(name, strategy), { ...control, state });
        return { account: name, strategy: strategy ?? null, state, ...report };
      },
    );
  }

  app.post(
    "/api/v1/accounts/:name/release",
    {
      config: { access: release },
      schema: {
        ...{ tags: ["account"], summary: "Release an account or a strategy of it", security: SIGNED },
        description: "Takes new orders again. Whoever trades on an account cannot release it.",
        ...{ params: AccountParams, body: ReleaseBody, response: accountAnswer },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { strategy, reason } = request.body ?? {};
      const { scope } = target(account, strategy);
      const report = await set(request, scope, nameOf(name, strategy), { state: "active", reason });
      return { account: name, strategy: strategy ?? null, state: "active", ...report };
    },
  );

  const wide = { kind: "user", action: "trading.control" } as const;
  const firmAnswer = { 200: Type.Object({ state: Type.String(), ...KillReportShape }), ...CONTROL_PROBLEMS };
  const instrumentAnswer = {
    200: Type.Object({ symbol: Type.String(), state: Type.String(), ...KillReportShape }),
    ...CONTROL_PROBLEMS,
  };
  const known = (symbol: string): number => {
    const instrument = catalog.bySymbol(symbol)?.instrument;
    if (instrument === undefined) throw new ApiError("NOT_FOUND", "There is no instrument of this symbol.");
    return instrument;
  };
  for (const { verb, state, does, says, body } of [
    ...STRICTER.map((each) => ({ ...each, body: WideHaltBody })),
    {
      verb: "release",
      state: "active",
      does: "Release",
      says: "Takes new orders again, within what accounts and strategies allow.",
      body: WideReleaseBody,
    } as const,
  ]) {
    app.post(
      `/api/v1/firm/${verb}`,
      {
        config: { access: wide },
        schema: {
          ...{ tags: ["control"], summary: `${does} all trading`, description: says, security: SIGNED },
          ...{ body, response: firmAnswer },
        },
      },
      async (request) => {
        return { state, ...(await set(request, { kind: "firm" }, "all trading", { ...request.body, state })) };
      },
    );
    app.post(
      `/api/v1/instruments/:symbol/${verb}`,
      {
        config: { access: wide },
        schema: {
          ...{ tags: ["control"], summary: `${does} trading in an instrument`, description: says, security: SIGNED },
          ...{ params: SymbolParams, body, response: instrumentAnswer },
        },
      },
      async (request) => {
        const { symbol } = request.params;
        const scope = { kind: "instrument", instrument: known(symbol) } as const;
        return { symbol, state, ...(await set(request, scope, symbol, { ...request.body, state })) };
      },
    );
  }
}

/** What a control did to orders: the canceled, and those that close positions (empty name). */
interface KillReport {
  readonly canceled: OrderJson[];
  readonly closing: OrderJson[];
}

function killReport(views: readonly OrderView[], catalog: InstrumentCatalog): KillReport {
  const orders = views.flatMap((view) =>
    ordersJson([orderFactsOf(view, view.reason, undefined)], catalog.accountName(view.account), catalog),
  );
  const isClosing = ({ clOrdId }: OrderJson) => clOrdId === "";
  return {
    canceled: orders.filter((order) => !isClosing(order) && order.ordStatus === "canceled"),
    closing: orders.filter(isClosing),
  };
}

const nameOf = (account: string, strategy: number | undefined): string =>
  strategy === undefined ? account : `strategy ${strategy} of ${account}`;
