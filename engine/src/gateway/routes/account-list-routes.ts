/**
 * Accounts are opened here, with the money that they begin with, and listed.
 *
 * Opening is several commands in one turn, so nothing of the gateway comes between them; a power cut may. The opening deposits have
 * references of their own: a request that is repeated is compared with them.
 */
import { type Static, Type } from "../json-shape.js";
import type { AccountView, AdminCommand } from "@jware/core-native";
import { parseDecimal, type RefusalName } from "@jware/schemas";
import type { CorePort } from "../core-port.js";
import { untilDurable } from "../durable-command.js";
import { balancesJson } from "../order-json.js";
import { actsWidely, principalOf } from "../permission.js";
import { ApiError } from "../problem.js";
import { RefusedError } from "../refusal-problem.js";
import type { App, Services } from "../services.js";
import { AccountRow, OpenAccountBody, OpenedAccount } from "../shapes/accounts.js";
import { OutcomeUnknown, RefusalProblem } from "../shapes/refusals.js";
import { problems, SIGNED } from "./documented.js";

/** The first account of a new platform has the number after it. */
const ACCOUNT_BEFORE_FIRST = 1000;
/** What the core holds of one currency at most, minor units. */
const AMOUNT_MINOR_MAX = 1n << 61n;

const openingReference = (currency: string): string => `open:${currency}`;

export function addAccountListRoutes(app: App, { core }: Services): void {
  app.get(
    "/api/v1/accounts",
    {
      config: { access: { kind: "user", action: "account.read" } },
      schema: {
        ...{ tags: ["account"], summary: "List accounts", security: SIGNED },
        description: "Those that you were given something on; all of them for risk managers and administrators who signed in.",
        response: { 200: Type.Object({ accounts: Type.Array(AccountRow) }), ...problems(401, 403, 503) },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const isAll = actsWidely(principal);
      const accounts = core.queryAccounts().flatMap(({ account, name, kind, positionMode, state }) => {
        const own = principal.accounts.find((grant) => grant.account === account);
        if (own === undefined && !isAll) return [];
        return [{ account: name, id: account, kind, positionMode, state, permissions: [...(own?.permissions ?? [])] }];
      });
      return { accounts };
    },
  );

  app.post(
    "/api/v1/accounts",
    {
      config: { access: { kind: "user", action: "account.open" } },
      schema: {
        ...{ tags: ["control"], summary: "Open an account", security: SIGNED },
        description:
          "With its kind and the money that it begins with. The same request again is answered with 200 and the account as it stands; an account of that name that was opened otherwise is ACCOUNT_EXISTS. Nobody may do anything with it until he is given permissions.",
        body: OpenAccountBody,
        response: {
          200: OpenedAccount,
          201: OpenedAccount,
          422: RefusalProblem,
          504: OutcomeUnknown,
          ...problems(400, 401, 403, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { userId, userName } = principalOf(request);
      const { name, kind = "standard", positionMode = "netting", reason } = request.body;
      // What the core would refuse once the account is there.
      if (kind === "cash" && positionMode === "hedging") throw RefusedError.byRule("FIELD_INVALID", null);
      const deposits = readDeposits(request.body.deposits ?? [], core);
      const known = core.accountNamed(name);
      if (known !== undefined) {
        if (!isOpenedSo(known, { kind, positionMode }, deposits, core)) {
          throw new ApiError(
            "ACCOUNT_EXISTS",
            "There is an account of this name, of another kind or position mode, or with other opening deposits. Where its opening was cut off, deposit what is missing.",
          );
        }
        // Whoever asked first may not have been answered: the disk may not have it yet.
        await untilDurable(core, core.coreStatus().seq);
        return openedJson(known, core);
      }
      const account = core.queryAccounts().reduce((last, each) => Math.max(last, each.account), ACCOUNT_BEFORE_FIRST) + 1;
      execute(core, { kind: "openAccount", account, name });
      // Also where the kind is the one that every account has at first: the event says who opened it, and why.
      let lastSeq = execute(core, { kind: "configureAccount", user: userId, account, accountKind: kind, positionMode, reason });
      for (const [currency, amountMinor] of deposits) {
        const reference = openingReference(currency);
        lastSeq = execute(core, { kind: "deposit", user: userId, account, currency, amountMinor, reference, reason });
      }
      await untilDurable(core, lastSeq);
      request.log.warn(
        { userName, account: name, kind, positionMode, deposits: request.body.deposits, reason },
        "an account was opened",
      );
      return reply.code(201).send(openedJson(account, core));
    },
  );
}

/** Amounts in minor units by currency, checked before the account is opened; throws the refusal. */
function readDeposits(
  deposits: NonNullable<Static<typeof OpenAccountBody>["deposits"]>,
  core: CorePort,
): ReadonlyMap<string, string> {
  const decimalsOf = new Map(core.queryCurrencies().map(({ code, decimals }) => [code, decimals]));
  const read = new Map<string, string>();
  for (const { currency, amount } of deposits) {
    const decimals = decimalsOf.get(currency);
    const parsed = decimals === undefined ? undefined : parseDecimal(amount, decimals);
    const isMoney = parsed?.ok === true && parsed.mantissa > 0n && parsed.mantissa <= AMOUNT_MINOR_MAX;
    if (!isMoney || read.has(currency)) throw RefusedError.byRule("FIELD_INVALID", null);
    read.set(currency, parsed.mantissa.toString());
  }
  return read;
}

/** Whether an account is of this kind and mode, and began with exactly this money. */
function isOpenedSo(
  account: number,
  asked: Pick<AccountView, "kind" | "positionMode">,
  deposits: ReadonlyMap<string, string>,
  core: CorePort,
): boolean {
  const view = core.queryAccount(account);
  if (view?.kind !== asked.kind || view.positionMode !== asked.positionMode) return false;
  return core
    .queryCurrencies()
    .every(({ code }) => core.queryTransfer(account, openingReference(code))?.amountMinor === deposits.get(code));
}

function execute(core: CorePort, command: AdminCommand): number {
  const result = core.execute(command);
  if (result.ok) return result.seq;
  // The engine's own accounts have names, too, which no list shows.
  if (command.kind === "openAccount") throw new ApiError("ACCOUNT_EXISTS", "This name is taken.");
  throw RefusedError.byRule(result.rule as RefusalName, null);
}

function openedJson(account: number, core: CorePort): Static<typeof OpenedAccount> {
  const view = core.queryAccount(account);
  if (view === undefined) throw new Error("an account that is open can be asked for");
  const { name, kind, positionMode, state } = view;
  return { account: name, id: account, kind, positionMode, state, balances: balancesJson(view) };
}
