/** The REST side of a session: sign-in, one-time tickets, and where the WebSocket is. */
import { ConnectionFailed } from "./errors.js";
import type {
  ContingencyName,
  OrdStatusName,
  OrdTypeName,
  PostOnlyName,
  SelfTradePreventionName,
  SideName,
  TimeInForceName,
  TriggerSourceName,
} from "@jware/schemas/order-names";
import type { LimitScope, LimitUnit } from "./errors.js";

export interface RestRefusal {
  readonly code: number;
  readonly rule: string;
  readonly text: string;
  readonly transient: boolean;
  readonly unit: "none" | Exclude<LimitUnit, "bytes">;
  readonly currency: string | null;
  readonly limit: string | null;
  readonly value: string | null;
  readonly headroom: string | null;
  readonly scope: LimitScope | null;
}

/** An order in REST's words: as `Order`, with ids as text and null for what is absent. */
export interface RestOrder {
  readonly orderId: string;
  readonly clOrdId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: SideName;
  readonly ordType: OrdTypeName;
  readonly timeInForce: TimeInForceName;
  readonly ordStatus: OrdStatusName;
  readonly orderQty: string;
  readonly price: string | null;
  readonly cumQty: string;
  readonly leavesQty: string;
  readonly avgPx: string | null;
  readonly reason: string;
  readonly createdTsMs: number;
  readonly triggerPrice: string | null;
  readonly triggerSource: TriggerSourceName | null;
  readonly trailAmount: string | null;
  readonly trailBps: number | null;
  readonly displayQty: string | null;
  readonly cashQty: string | null;
  readonly expireTsMs: number | null;
  readonly postOnly: PostOnlyName | null;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePreventionName | null;
  readonly strategy: number | null;
  readonly deadlineTsMs: number | null;
  readonly working: boolean;
  readonly listId: string | null;
  readonly contingency: ContingencyName | null;
  readonly refusal: RestRefusal | null;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

export class Gateway {
  readonly #url: string;
  readonly #username: string;
  readonly #password: string;
  #accessToken: string | undefined;
  #signingIn: Promise<string> | undefined;

  constructor(url: string, username: string, password: string) {
    this.#url = url.replace(/\/+$/, "");
    this.#username = username;
    this.#password = password;
  }

  /** Base address of the WebSocket routes. */
  async wsUrl(): Promise<string> {
    return text(await this.#call("GET", "/api/v1/config"), "wsUrl");
  }

  /** A ticket that opens one socket within half a minute. Signs in first, and again where the access token has run out. */
  async ticket(): Promise<string> {
    const token = await this.#token();
    try {
      return await this.#ticketWith(token);
    } catch (error) {
      if (!(error instanceof ConnectionFailed) || !error.isPermanent) throw error;
      if (this.#accessToken === token) this.#accessToken = undefined;
      return this.#ticketWith(await this.#token());
    }
  }

  async #ticketWith(token: string): Promise<string> {
    return text(await this.#call("POST", "/api/v1/ws-ticket", token), "ticket");
  }

  /** The access token at hand, or a new one; both sockets of a client that ask at once wait for the same sign-in. */
  async #token(): Promise<string> {
    if (this.#accessToken !== undefined) return this.#accessToken;
    this.#signingIn ??= this.#signIn().finally(() => {
      this.#signingIn = undefined;
    });
    return this.#signingIn;
  }

  async #signIn(): Promise<string> {
    const credentials = { username: this.#username, password: this.#password };
    const token = text(await this.#call("POST", "/api/v1/session", undefined, credentials), "accessToken");
    this.#accessToken = token;
    return token;
  }

  /** An account's newest orders, done ones too, as the REST answer has them. */
  async orders(account: string): Promise<readonly RestOrder[]> {
    const path = `/api/v1/orders?status=all&limit=1000&account=${encodeURIComponent(account)}`;
    const answer = (await this.#call("GET", path, await this.#token())) as { readonly orders?: readonly RestOrder[] };
    return answer.orders ?? [];
  }

  async #call(method: string, path: string, token?: string, body?: unknown): Promise<unknown> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${this.#url}${path}`, init);
      answer = await response.json().catch(() => undefined);
    } catch (cause) {
      throw new ConnectionFailed(`${method} ${this.#url}${path} could not be reached`, false, { cause });
    }
    if (response.ok) return answer;
    const isPermanent = response.status === UNAUTHORIZED || response.status === FORBIDDEN;
    throw new ConnectionFailed(`${method} ${path} answered ${response.status}: ${why(answer)}`, isPermanent);
  }
}

/** Problem details say in `detail` (or `title`) what was wrong. */
function why(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return "no reason given";
  const { detail, title } = answer as { detail?: unknown; title?: unknown };
  return String(detail ?? title ?? "no reason given");
}

function text(answer: unknown, field: string): string {
  const value = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[field] : undefined;
  if (typeof value === "string") return value;
  throw new ConnectionFailed(`the server's answer has no "${field}": is this a Jware Trader address?`, true);
}
