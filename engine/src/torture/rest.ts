/** REST as a proof speaks it: one request, status and body, nothing clever; and which failures are the server's end, not our fault. */
export interface RestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: proofs look into answers of many shapes
  readonly body: any;
}

export async function call(
  httpPort: number,
  method: string,
  path: string,
  { token = "", body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<RestAnswer> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}

/** An access token; throws where the sign-in is not answered with one. */
export async function signIn(httpPort: number, user: { readonly username: string; readonly password: string }): Promise<string> {
  const { username, password } = user;
  const { status, body } = await call(httpPort, "POST", "session", { body: { username, password } });
  if (typeof body?.accessToken !== "string") throw new StatusError(status, `the sign-in was answered with ${status}`);
  return body.accessToken;
}

/** A request that was answered otherwise than was wanted. */
export class StatusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the system and undici call a connection that the other end refused or ended. */
const CUT = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** Whether `fetch` failed because the other end went away. Any other TypeError is a mistake of whoever called. */
export function isCutOff(error: unknown): boolean {
  if (!(error instanceof TypeError)) return false;
  const cause = error.cause as { readonly code?: unknown } | undefined;
  return typeof cause?.code === "string" && CUT.has(cause.code);
}

const UNAVAILABLE = 503;
const GATEWAY_TIMEOUT = 504;

/** Whether the server said that it cannot say: it stops, waits for a part, or for its disk. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof StatusError && (error.status === UNAVAILABLE || error.status === GATEWAY_TIMEOUT);
