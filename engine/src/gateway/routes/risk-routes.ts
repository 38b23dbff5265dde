/**
 * Limits, the kinds, self-trade groups and base currencies of accounts: set by risk managers and administrators, on every account, and read by whoever
 * has Risk on the account. Who set what and why: risk events.
 *
 * They go by administrative commands, as the controls do: who may do it is judged here, and what fits what by the core.
 */
import { type Static, Type } from "../json-shape.js";
import type { AdminCommand } from "@jware/core-native";
import { executeDurably } from "../durable-command.js";
import { bindsAccount, isSameLimit, limitJson, noLimitJson, readLimit } from "../limit-json.js";
import { grantOf, principalOf } from "../permission.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import {
  AccountKind,
  AccountKindBody,
  AccountParams,
  BaseCurrency,
  BaseCurrencyBody,
  SelfTradeGroup,
  SelfTradeGroupBody,
} from "../shapes/accounts.js";
import { Limit, SetLimitBody } from "../shapes/limits.js";
import { SymbolParams } from "../shapes/markets.js";
import { PaperBody, PaperRules } from "../shapes/paper.js";
import { RefusalProblem, OutcomeUnknown } from "../shapes/refusals.js";
import { RiskEvent, RiskEventsQuery } from "../shapes/risk-events.js";
import { accountViewOf } from "./account-routes.js";
import { problems, SIGNED } from "./documented.js";

const ROWS_DEFAULT = 100;
const configure = { kind: "user", action: "risk.configure" } as const;
const Limits = Type.Object({ limits: Type.Array(Limit) });

export function addRiskRoutes(app: App, services: Services): void {
  const { core, catalog, history, riskHistory } = services;

  const execute = async (command: AdminCommand): Promise<void> => {
    await executeDurably(core, command);
  };
  const baseDecimalsOf = (account: number) => core.queryAccount(account)?.baseEquity?.currencyDecimals;
  const accountNameOf = (account: number): string => core.queryAccount(account)?.name ?? String(account);

  app.get(
    "/api/v1/limits",
    {
      config: { access: configure },
      schema: {
        ...{ tags: ["control"], summary: "List limits", security: SIGNED },
        description: "Every limit that is set, what is left of a rate, and whether a throttle or loss limit was passed.",
        response: { 200: Limits, ...problems(401, 403) },
      },
    },
    async () => ({ limits: core.queryLimits().map((view) => limitJson(view, accountNameOf, catalog, baseDecimalsOf)) }),
  );

  app.put(
    "/api/v1/limits",
    {
      config: { access: configure },
      schema: {
        ...{ tags: ["control"], summary: "Set a limit, or take it away", security: SIGNED },
        description:
          "There is one limit for each scope, kind, symbol and currency. Setting it again replaces it, and what it has counted begins anew; without max it is taken away. The answer is the limit as it stands.",
        body: SetLimitBody,
        response: { 200: Limit, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { userId, userName } = principalOf(request);
      const { body } = request;
      const input = readLimit(body, (name) => core.accountNamed(name), catalog, baseDecimalsOf);
      await execute({ kind: "setLimit", user: userId, reason: body.reason, ...input });
      request.log.warn({ userName, ...body }, input.max === undefined ? "a limit was taken away" : "a limit was set");
      const view = core.queryLimits().find((each) => isSameLimit(input, each));
      return view === undefined ? noLimitJson(body) : limitJson(view, accountNameOf, catalog, baseDecimalsOf);
    },
  );

  app.put(
    "/api/v1/instruments/:symbol/paper",
    {
      config: { access: configure },
      schema: {
        ...{ tags: ["control"], summary: "Set how a venue is taken to treat our orders", security: SIGNED },
        description:
          "Queue model and latency of an instrument whose market is watched or simulated; what is not given is the default. What is on its way keeps its time. The answer is the rules as they stand.",
        ...{ params: SymbolParams, body: PaperBody },
        response: { 200: PaperRules, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { symbol } = request.params;
      const view = catalog.bySymbol(symbol);
      if (view === undefined) throw RefusedError.byRule("UNKNOWN_INSTRUMENT", null);
      const { userName } = principalOf(request);
      // The rest of the definition stays what it is.
      await execute({ kind: "defineInstrument", ...view, paper: request.body });
      request.log.warn({ userName, symbol, paper: request.body }, "the rules of a venue were set");
      return core.queryInstruments().find((each) => each.symbol === symbol)?.paper ?? request.body;
    },
  );

  app.get(
    "/api/v1/accounts/:name/limits",
    {
      config: { access: { kind: "account", action: "limits.read", account: "path" } },
      schema: {
        ...{ tags: ["account"], summary: "List the limits that bind an account", security: SIGNED },
        description:
          "Those of the firm, of the account and of its strategies. Limits of users and API keys are in the list of all.",
        params: AccountParams,
        response: { 200: Limits, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { account } = grantOf(request);
      const views = core.queryLimits().filter((view) => bindsAccount(view, account));
      return { limits: views.map((view) => limitJson(view, accountNameOf, catalog, baseDecimalsOf)) };
    },
  );

  app.put(
    "/api/v1/accounts/:name/kind",
    {
      config: { access: { kind: "account", action: "risk.configure", account: "path" } },
      schema: {
        ...{ tags: ["control"], summary: "Set the kind and position mode of an account", security: SIGNED },
        description: "Only while it has no position, no live order and no report on its way.",
        ...{ params: AccountParams, body: AccountKindBody },
        response: { 200: AccountKind, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const grant = grantOf(request);
      const { account, name } = grant;
      const { userId, userName } = principalOf(request);
      const { kind, reason, ...asked } = request.body;
      await execute({ kind: "configureAccount", user: userId, account, accountKind: kind, ...asked, reason });
      const { positionMode } = accountViewOf(core, grant);
      request.log.warn({ userName, account: name, kind, positionMode, reason }, "the kind of an account was set");
      return { account: name, kind, positionMode };
    },
  );

  app.put(
    "/api/v1/accounts/:name/self-trade-group",
    {
      config: { access: { kind: "account", action: "risk.configure", account: "path" } },
      schema: {
        ...{ tags: ["control"], summary: "Put an account into a self-trade group", security: SIGNED },
        description: "Orders of accounts of one group meet as those of one account do: as the taker's selfTradePrevention says.",
        ...{ params: AccountParams, body: SelfTradeGroupBody },
        response: { 200: SelfTradeGroup, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { userId, userName } = principalOf(request);
      const { group, reason } = request.body;
      await execute({ kind: "setSelfTradeGroup", user: userId, account, group, reason });
      request.log.warn({ userName, account: name, group, reason }, "the self-trade group of an account was set");
      return { account: name, group: group === 0 ? null : group };
    },
  );

  const page = { 200: Type.Object({ events: Type.Array(RiskEvent), next: Type.Union([Type.String(), Type.Null()]) }) };
  const readPage = async (account: number | undefined, { limit, before }: Static<typeof RiskEventsQuery>) => {
    if (before === undefined) await history.awaitProjection(core.coreStatus().seq);
    return riskHistory.events(account, limit === undefined ? ROWS_DEFAULT : Number(limit), before);
  };
  app.get(
    "/api/v1/risk-events",
    {
      config: { access: { kind: "user", action: "audit.read" } },
      schema: {
        ...{ tags: ["control"], summary: "List risk events", security: SIGNED },
        description:
          "Who changed trading states, limits and kinds of accounts, and why; what losses led to. From the database, newest first, in pages: give `next` as `before` to read on.",
        querystring: RiskEventsQuery,
        response: { ...page, ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => readPage(undefined, request.query),
  );
  app.get(
    "/api/v1/accounts/:name/risk-events",
    {
      config: { access: { kind: "account", action: "account.read", account: "path" } },
      schema: {
        ...{ tags: ["account"], summary: "List the risk events that concern an account", security: SIGNED },
        description: "Those of the account and its strategies, of the firm and of instruments; as GET /risk-events.",
        ...{ params: AccountParams, querystring: RiskEventsQuery },
        response: { ...page, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => readPage(grantOf(request).account, request.query),
  );

  app.put(
    "/api/v1/accounts/:name/base-currency",
    {
      config: { access: { kind: "account", action: "risk.configure", account: "path" } },
      schema: {
        ...{ tags: ["control"], summary: "Set the base currency of an account", security: SIGNED },
        description:
          "What its whole equity is counted in (GET /api/v1/account: baseEquity), and loss limits without a currency. Not while such a limit is set.",
        ...{ params: AccountParams, body: BaseCurrencyBody },
        response: { 200: BaseCurrency, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const { userId, userName } = principalOf(request);
      const { currency, reason } = request.body;
      await execute({ kind: "setBaseCurrency", user: userId, account, ...(currency === null ? {} : { currency }), reason });
      request.log.warn({ userName, account: name, currency, reason }, "the base currency of an account was set");
      return { account: name, currency };
    },
  );
}
