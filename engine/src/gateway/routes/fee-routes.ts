/**
 * Fee schedules: set by risk managers and administrators for the firm or one account, and where an account stands in its own.
 *
 * Decimals of a currency on the way in and out, minor units in the core, which judges what is a schedule.
 */
import { type Static, Type } from "../json-shape.js";
import type { AccountFeesView, FeeTier } from "@jware/core-native";
import { formatDecimal, parseDecimal } from "@jware/schemas";
import { executeDurably } from "../durable-command.js";
import { grantOf, principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import { AccountQuery } from "../shapes/accounts.js";
import { AccountFees, FeeSchedule, FeeScheduleBody } from "../shapes/fees.js";
import { OutcomeUnknown, RefusalProblem } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

const configure = { kind: "user", action: "risk.configure" } as const;

export function addFeeRoutes(app: App, services: Services): void {
  const { core, catalog } = services;
  const accountNameOf = (account: number): string => core.queryAccount(account)?.name ?? String(account);

  app.get(
    "/api/v1/fees",
    {
      config: { access: { kind: "account", action: "account.read", account: "query" } },
      schema: {
        ...{ tags: ["account"], summary: "What an account pays, and what it has traded for that", security: SIGNED },
        description:
          "One row for each currency in which a fee schedule holds for the account; elsewhere the rates of the instruments do (GET /api/v1/instruments). What is traded on a UTC day counts from the next day on.",
        querystring: AccountQuery,
        response: {
          200: Type.Object({ account: Type.String(), fees: Type.Array(AccountFees) }),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request) => {
      const { account, name } = grantOf(request);
      const views = core.queryAccountFees(account);
      if (views === undefined) throw new ApiError("ACCOUNT_NOT_FOUND", "There is no such account, or it is not open to you.");
      return { account: name, fees: views.map(accountFeesJson) };
    },
  );

  app.get(
    "/api/v1/fee-schedules",
    {
      config: { access: configure },
      schema: {
        ...{ tags: ["control"], summary: "List fee schedules", security: SIGNED },
        description: "The firm's and those of accounts.",
        response: { 200: Type.Object({ schedules: Type.Array(FeeSchedule) }), ...problems(401, 403) },
      },
    },
    async () => ({
      schedules: core.queryFeeSchedules().map(({ account, currency, currencyDecimals, tiers }) => ({
        account: account === null ? null : accountNameOf(account),
        currency,
        tiers: tiersJson(tiers, currencyDecimals),
      })),
    }),
  );

  app.put(
    "/api/v1/fee-schedules",
    {
      config: { access: configure },
      schema: {
        ...{ tags: ["control"], summary: "Set a fee schedule, or take it away", security: SIGNED },
        description:
          "There is one for each account, and one of the firm, in each currency. Setting it again replaces it; without tiers it is taken away. It holds from the next command on, for working orders too. The answer is the schedule as it stands.",
        body: FeeScheduleBody,
        response: { 200: FeeSchedule, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 503) },
      },
    },
    async (request) => {
      const { userId, userName } = principalOf(request);
      const { account: name, currency, reason } = request.body;
      const account = name === undefined ? undefined : core.accountNamed(name);
      if (name !== undefined && account === undefined) throw RefusedError.byRule("ACCOUNT_NOT_PERMITTED", null);
      const decimals = catalog.currencyDecimals(currency);
      if (decimals === undefined) throw RefusedError.byRule("FIELD_INVALID", null);
      const tiers = request.body.tiers.map(({ notionalMin, makerFeePpm, takerFeePpm }) => {
        const parsed = parseDecimal(notionalMin, decimals);
        if (!parsed.ok) throw RefusedError.byRule("FIELD_INVALID", null);
        return { notionalMinMinor: parsed.mantissa.toString(), makerFeePpm, takerFeePpm };
      });
      await executeDurably(core, {
        ...{ kind: "setFeeSchedule", user: userId, currency, tiers, reason },
        ...(account === undefined ? {} : { account }),
      });
      request.log.warn({ userName, ...request.body }, "a fee schedule was set");
      return { account: name ?? null, currency, tiers: tiersJson(tiers, decimals) };
    },
  );
}

const tiersJson = (tiers: readonly FeeTier[], decimals: number): Static<typeof FeeSchedule>["tiers"] =>
  tiers.map(({ notionalMinMinor, makerFeePpm, takerFeePpm }) => ({
    ...{ notionalMin: formatDecimal(BigInt(notionalMinMinor), decimals), makerFeePpm, takerFeePpm },
  }));

function accountFeesJson(view: AccountFeesView): Static<typeof AccountFees> {
  const { currency, currencyDecimals, tier } = view;
  const money = (minor: bigint) => formatDecimal(minor, currencyDecimals);
  const tiers = tiersJson(view.tiers, currencyDecimals);
  const [paid, next] = [tiers[tier], tiers[tier + 1]];
  const missing = BigInt(view.tiers[tier + 1]?.notionalMinMinor ?? 0) - BigInt(view.volumeMinor);
  return {
    currency,
    schedule: view.isOwn ? "account" : "firm",
    volume: money(BigInt(view.volumeMinor)),
    today: money(BigInt(view.todayMinor)),
    tier: tier + 1,
    makerFeePpm: paid?.makerFeePpm ?? 0,
    takerFeePpm: paid?.takerFeePpm ?? 0,
    nextTier: next === undefined ? null : { ...next, missing: money(missing) },
    tiers,
  };
}
