/**
 * What an administrator corrects by hand: trades that are bust or corrected, money that is paid in and out.
 *
 * They go by administrative commands, journalled with who and why; the owners are told by the reports that follow.
 */
import type { Static } from "../json-shape.js";
import { executeDurably } from "../durable-command.js";
import type { AdminCommand, TradeSideView } from "@jware/core-native";
import { parseDecimal, parseUnits } from "@jware/schemas";
import { Side } from "@jware/schemas/wire";
import type { FastifyRequest } from "fastify";
import { formatPrice, formatQty, formatQuoteMoney, priceScale, qtyScale } from "../instrument-catalog.js";
import { balancesJson } from "../order-json.js";
import { grantOf, principalOf } from "../permission.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import { AccountParams } from "../shapes/accounts.js";
import { BustBody, CorrectBody, CorrectedTrade, ExecIdParams, FundsBody, MovedFunds } from "../shapes/corrections.js";
import { RefusalProblem, OutcomeUnknown } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

const correct = { kind: "user", action: "trade.correct" } as const;
const FUNDS_SAY =
  "The same request again (reference, currency and amount) moves nothing; another one of a reference that was used is DUPLICATE_REFERENCE.";
const CORRECT_PROBLEMS = { 404: RefusalProblem, 422: RefusalProblem, 504: OutcomeUnknown, ...problems(400, 401, 403, 503) };

export function addCorrectionRoutes(app: App, services: Services): void {
  const { core, catalog } = services;

  const execute = async (command: AdminCommand): Promise<void> => {
    await executeDurably(core, command);
  };

  const tradeJson = (sides: readonly TradeSideView[]) => {
    const [first] = sides;
    const instrument = catalog.byId(first?.instrument ?? 0);
    if (first === undefined || instrument === undefined) throw RefusedError.byRule("UNKNOWN_EXECUTION", null);
    return {
      tradeId: first.tradeId,
      symbol: instrument.symbol,
      bust: first.isBust,
      sides: sides.map((side) => ({
        account: core.queryAccount(side.account)?.name ?? String(side.account),
        execId: side.execId,
        side: side.side === Side.Buy ? ("buy" as const) : ("sell" as const),
        qty: formatQty(side.qtyLots, instrument),
        price: formatPrice(side.priceTicks, instrument),
        fee: formatQuoteMoney(side.feeMinor, instrument),
      })),
    };
  };

  app.post(
    "/api/v1/executions/:execId/bust",
    {
      config: { access: correct },
      schema: {
        ...{ tags: ["control"], summary: "Bust a trade", security: SIGNED },
        description:
          "Takes a whole trade back, named by the report of either side: positions, money and fees of both sides, and what their orders had filled. Of the last 65,536 fills; once.",
        ...{ params: ExecIdParams, body: BustBody, response: { 200: CorrectedTrade, ...CORRECT_PROBLEMS } },
      },
    },
    async (request) => {
      const { execId } = request.params;
      const { reason } = request.body;
      const { userId, userName } = principalOf(request);
      await execute({ kind: "correctTrade", user: userId, execRefId: execId, reason });
      request.log.warn({ userName, execId, reason }, "a trade was bust");
      return tradeJson(core.queryTrade(execId));
    },
  );

  app.post(
    "/api/v1/executions/:execId/correct",
    {
      config: { access: correct },
      schema: {
        ...{ tags: ["control"], summary: "Correct a trade", security: SIGNED },
        description:
          "Gives a whole trade another quantity and price, at the fee rates that it had. The ExecID goes on naming it: it can be corrected again, or bust.",
        ...{ params: ExecIdParams, body: CorrectBody, response: { 200: CorrectedTrade, ...CORRECT_PROBLEMS } },
      },
    },
    async (request) => {
      const { execId } = request.params;
      const { reason, qty, price } = request.body;
      const { userId, userName } = principalOf(request);
      const instrument = catalog.byId(core.queryTrade(execId)[0]?.instrument ?? 0);
      if (instrument === undefined) throw RefusedError.byRule("UNKNOWN_EXECUTION", null);
      const [lots, ticks] = [parseUnits(qty, qtyScale(instrument)), parseUnits(price, priceScale(instrument))];
      if (!lots.ok) throw RefusedError.byRule("QTY_OFF_LOT", null);
      if (!ticks.ok) throw RefusedError.byRule("PRICE_OFF_TICK", null);
      const corrected = { qtyLots: Number(lots.units), priceTicks: Number(ticks.units) };
      await execute({ kind: "correctTrade", user: userId, execRefId: execId, corrected, reason });
      request.log.warn({ userName, execId, qty, price, reason }, "a trade was corrected");
      return tradeJson(core.queryTrade(execId));
    },
  );

  const moveFunds = async (request: FastifyRequest, body: Static<typeof FundsBody>, sign: 1n | -1n) => {
    const { currency, amount, reference, reason } = body;
    const { account, name } = grantOf(request);
    const { userId, userName } = principalOf(request);
    const decimals = core.queryCurrencies().find(({ code }) => code === currency)?.decimals;
    const parsed = decimals === undefined ? undefined : parseDecimal(amount, decimals);
    if (parsed?.ok !== true || parsed.mantissa <= 0n) throw RefusedError.byRule("FIELD_INVALID", null);
    const amountMinor = (sign * parsed.mantissa).toString();
    // One turn: nobody of the gateway comes between the question and the command.
    const repeated = core.queryTransfer(account, reference) !== undefined;
    await execute({ kind: "deposit", user: userId, account, currency, amountMinor, reference, reason });
    const did = repeated ? "was moved before" : sign > 0n ? "was paid in" : "was paid out";
    request.log.warn({ userName, account: name, currency, amount, reference, reason }, `money ${did}`);
    const view = core.queryAccount(account);
    const balance = view === undefined ? undefined : balancesJson(view).find((each) => each.currency === currency);
    if (balance === undefined) throw RefusedError.byRule("ACCOUNT_NOT_PERMITTED", null);
    return { ...balance, reference, repeated };
  };

  for (const { verb, sign, summary, description } of [
    { verb: "deposit", sign: 1n, summary: "Pay money in", description: `${FUNDS_SAY} The answer is the balance after it.` },
    {
      verb: "withdraw",
      sign: -1n,
      summary: "Pay money out",
      description: `No more than is available, less open losses of a margin account. ${FUNDS_SAY} The answer is the balance after it.`,
    },
  ] as const) {
    app.post(
      `/api/v1/accounts/:name/${verb}`,
      {
        config: { access: { kind: "account", action: "funds.move", account: "path" } },
        schema: {
          ...{ tags: ["control"], summary, description, security: SIGNED },
          ...{ params: AccountParams, body: FundsBody },
          response: {
            200: MovedFunds,
            409: RefusalProblem,
            422: RefusalProblem,
            504: OutcomeUnknown,
            ...problems(400, 401, 403, 404, 503),
          },
        },
      },
      async (request) => moveFunds(request, request.body, sign),
    );
  }
}
