/** REST as a proof speaks it: one request, status and body, nothing clever. */
export interface RestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: proofs look into answers of many shapes
  readonly body: any;
}

export async function call(
  httpPort: number,
  method: string,
  path: string,
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<RestAnswer> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
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
  if (typeof body?.accessToken !== "string") throw new Error(`the sign-in was answered with ${status}`);
  return body.accessToken;
}
