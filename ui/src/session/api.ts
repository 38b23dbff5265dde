/**
 * REST of the gateway, same origin. Keeps the access token in memory only and renews it with the refresh cookie: before it ends,
 * and once more when an answer says 401.
 */
export interface SessionUser {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

interface SignedIn {
  readonly accessToken: string;
  readonly expiresInS: number;
  readonly user: SessionUser;
}

export type SignInBody = { readonly username: string; readonly password: string } | { readonly ticket: string };

/** An answer that is not 2xx, in the words of its problem details. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
  }
}

const RENEW_AT_SHARE = 0.8;

export class Api {
  user: SessionUser | undefined;
  private token: string | undefined;
  private renewTimer: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<boolean> | undefined;
  private readonly onEnded: () => void;

  /** `onEnded` is called when the session cannot be renewed any more. */
  constructor(onEnded: () => void) {
    this.onEnded = onEnded;
  }

  async signIn(body: SignInBody): Promise<SessionUser> {
    return this.accept((await this.call("POST", "/api/v1/session", body)) as SignedIn);
  }

  /** Renews with the cookie; false where there is no session to go on with. Calls at the same time share one request. */
  renew(): Promise<boolean> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  async signOut(): Promise<void> {
    clearTimeout(this.renewTimer);
    await this.send("DELETE", "/api/v1/session").catch(() => undefined);
    this.token = undefined;
    this.user = undefined;
  }

  /**
   * All sessions end, this one too; its successor comes with the answer. A request that finds the old one ended waits for that as it
   * would for a renewal.
   */
  async changePassword(password: string, newPassword: string): Promise<void> {
    // With a token that lasts: nobody needs a renewal meanwhile.
    if (!(await this.renew())) {
      this.onEnded();
      return;
    }
    const changing = this.call("PUT", "/api/v1/session/password", { password, newPassword }).then((answer) => {
      this.accept(answer as SignedIn);
    });
    const isOver = (): boolean => {
      this.renewing = undefined;
      return true;
    };
    // Where it is refused, the session is what it was.
    this.renewing = changing.then(isOver, isOver);
    await changing;
  }

  get(path: string): Promise<unknown> {
    return this.withToken("GET", path);
  }

  post(path: string, body?: unknown): Promise<unknown> {
    return this.withToken("POST", path, body);
  }

  async wsTicket(): Promise<string> {
    return ((await this.post("/api/v1/ws-ticket")) as { ticket: string }).ticket;
  }

  private async withToken(method: string, path: string, body?: unknown): Promise<unknown> {
    try {
      return await this.call(method, path, body);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      if (!(await this.renew())) {
        this.onEnded();
        throw error;
      }
      return this.call(method, path, body);
    }
  }

  private async renewOnce(): Promise<boolean> {
    const response = await this.send("POST", "/api/v1/session/refresh");
    if (response.status === 401 || response.status === 403) return false;
    this.accept((await read(response)) as SignedIn);
    return true;
  }

  private accept(signedIn: SignedIn): SessionUser {
    this.token = signedIn.accessToken;
    this.user = signedIn.user;
    clearTimeout(this.renewTimer);
    this.renewTimer = setTimeout(() => this.renewInTime(), signedIn.expiresInS * RENEW_AT_SHARE * 1000);
    return signedIn.user;
  }

  /** A renewal that fails for want of a network is tried again when the next request gets its 401. */
  private renewInTime(): void {
    this.renew().then(
      (renewed) => {
        if (!renewed) this.onEnded();
      },
      () => undefined,
    );
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    return read(await this.send(method, path, body));
  }

  private send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.token !== undefined) headers.authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    return fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  const json: unknown = text === "" ? undefined : parsed(text);
  if (response.ok) return json;
  const problem = (typeof json === "object" && json !== null ? json : {}) as {
    code?: unknown;
    detail?: unknown;
    title?: unknown;
  };
  const detail = problem.detail ?? problem.title ?? `the server answered ${response.status}`;
  throw new ApiProblem(response.status, String(problem.code ?? response.status), String(detail));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
