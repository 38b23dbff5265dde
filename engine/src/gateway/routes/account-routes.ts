/** What an account holds, and what happened to it. */
import { Type } from "../json-shape.js";
import type { AccountView } from "@jware/core-native";
import type { CorePort } from "../core-port.js";
import { balancesJson, baseEquityJson, liveOrderFacts, ordersJson, positionsJson } from "../order-json.js";
import { grantOf, type AccountGrant } from "../permission.js";
import { ApiError } from "../problem.js";
import type { App, Services } from "../services.js";
import { Account, AccountQuery, Balance, Position } from "../shapes/accounts.js";
import { Execution, ExecutionsQuery, LedgerEntry, LedgerQuery } from "../shapes/history.js";
import { problems, SIGNED } from "./documented.js";

const ROWS_DEFAULT = 100;
const read = { kind: "account", action: "account.read", account: "query" } as const;
const READ_PROBLEMS = problems(400, 401, 403, 404, 503);

/** The account that somebody was let to, as it is now. */
export function accountViewOf(core: CorePort, grant: AccountGrant): AccountView {
  const view = core.queryAccount(grant.account);
  if (view === undefined) throw new ApiError("ACCOUNT_NOT_FOUND", "There is no such account, or it is not open to you.");
  return view;
}

export function addAccountRoutes(app: App, services: Services): void {
  const { core, catalog, history } = services;

  const viewOf = (grant: AccountGrant): AccountView => accountViewOf(core, grant);

  app.get(
    "/api/v1/account",
    {
      config: { access: read },
      schema: {
        tags: ["account"],
        summary: "Everything about an account now",
        description: "State, working orders, positions and balances, read in one step from the core.",
        security: SIGNED,
        querystring: AccountQuery,
        response: { 200: Account, ...READ_PROBLEMS },
      },
    },
    async (request) => {
      const grant = grantOf(request);
      const view = viewOf(grant);
      return {
        account: grant.name,
        id: view.account,
        state: view.state,
        kind: view.kind,
        positionMode: view.positionMode,
        selfTradeGroup: view.selfTradeGroup === 0 ? null : view.selfTradeGroup,
        strategyStates: [...view.strategyStates],
        baseEquity: baseEquityJson(view),
        accountSeq: view.accountSeq,
        permissions: [...grant.permissions],
        orders: ordersJson(view.orders.map(liveOrderFacts), grant.name, catalog),
        positions: positionsJson(view, catalog),
        balances: balancesJson(view),
      };
    },
  );

  app.get(
    "/api/v1/positions",
    {
      config: { access: read },
      schema: {
        tags: ["account"],
        summary: "List positions",
        description: "Live from the core, with unrealised profit and loss at the mark.",
        security: SIGNED,
        querystring: AccountQuery,
        response: { 200: Type.Object({ positions: Type.Array(Position) }), ...READ_PROBLEMS },
      },
    },
    async (request) => ({ positions: positionsJson(viewOf(grantOf(request)), catalog) }),
  );

  app.get(
    "/api/v1/balances",
    {
      config: { access: read },
      schema: {
        tags: ["account"],
        summary: "List balances",
        description: "Live from the core: available = cash - used - held.",
        security: SIGNED,
        querystring: AccountQuery,
        response: { 200: Type.Object({ balances: Type.Array(Balance) }), ...READ_PROBLEMS },
      },
    },
    async (request) => ({ balances: balancesJson(viewOf(grantOf(request))) }),
  );

  app.get(
    "/api/v1/executions",
    {
      config: { access: read },
      schema: {
        tags: ["account"],
        summary: "List execution reports",
        description: "From the database, newest first, in pages: give `next` as `before` to read on.",
        security: SIGNED,
        querystring: ExecutionsQuery,
        response: {
          200: Type.Object({ executions: Type.Array(Execution), next: Type.Union([Type.String(), Type.Null()]) }),
          ...READ_PROBLEMS,
        },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { limit, before, execType } = request.query;
      if (before === undefined) await history.awaitProjection(core.coreStatus().seq);
      return history.executions(account, name, {
        limit: limit === undefined ? ROWS_DEFAULT : Number(limit),
        before,
        tradesOnly: execType === "trade",
      });
    },
  );

  app.get(
    "/api/v1/ledger",
    {
      config: { access: read },
      schema: {
        tags: ["account"],
        summary: "List what moved on an account",
        description:
          "Double entry, from the database, newest first, in pages: give `next` as `before` to read on. Every amount has its other leg on the account that it came from or went to; all entries of a currency sum to cash less the cost of positions.",
        security: SIGNED,
        querystring: LedgerQuery,
        response: {
          200: Type.Object({ entries: Type.Array(LedgerEntry), next: Type.Union([Type.String(), Type.Null()]) }),
          ...READ_PROBLEMS,
        },
      },
    },
    async (request) => {
      const { account } = grantOf(request);
      const { limit, before, currency } = request.query;
      if (before === undefined) await history.awaitProjection(core.coreStatus().seq);
      return history.ledger(account, { limit: limit === undefined ? ROWS_DEFAULT : Number(limit), before, currency });
    },
  );
}
