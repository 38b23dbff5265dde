/** Signing in: by name and password through the gateway, or by key. */
import { Client, type ClientOptions } from "./client.js";
import { Gateway } from "./gateway.js";

/** Who connects: a user by name and password, or a program by its key. */
export type Credentials =
  | { readonly url: string; readonly username: string; readonly password: string }
  | { readonly wsUrl: string; readonly apiKey: string };

/** Signs in and opens both connections. Rejects with ConnectionFailed. */
export async function connect(options: Credentials & ClientOptions): Promise<Client> {
  let client: Client;
  if ("apiKey" in options) {
    const { apiKey } = options;
    client = new Client(options.wsUrl, () => Promise.resolve({ apiKey }), options);
  } else {
    const gateway = new Gateway(options.url, options.username, options.password);
    client = new Client(await gateway.wsUrl(), async () => ({ ticket: await gateway.ticket() }), options, gateway);
  }
  await client.open();
  return client;
}
