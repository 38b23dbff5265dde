/** Ports for programs that are told theirs. */
import { createServer } from "node:net";

/** Below what Linux gives to whoever asks for any port: nobody gets one of these between our look and its use. */
const FIRST = 20_000;
const COUNT = 12_000;
const given = new Set<number>();

/** A port of the loopback that nobody listens on, and that this process gave to nobody before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}
