/** Which errors say that the server went away: those of real connections that are refused and cut, and no others. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { call, isCutOff, isUnanswered, StatusError } from "./rest.js";

let server: Server | undefined;
afterEach(() => void server?.close());

/** A server that does this with a connection once it has heard something, and its port. */
async function listen(act: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => act(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const failure = async (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (error: unknown) => error,
  );

const HALF = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";

it.each([
  ["before the answer", (socket: Socket) => socket.end()],
  ["by a reset before the answer", (socket: Socket) => socket.resetAndDestroy()],
  ["within the answer", (socket: Socket) => socket.end(HALF)],
  ["by a reset within the answer", (socket: Socket) => socket.write(HALF, () => socket.resetAndDestroy())],
] as const)("a connection that is cut %s is cut off", async (_, act) => {
  const port = await listen((socket) => act(socket));
  const error = await failure(() => call(port, "GET", "book"));
  expect(error).toBeInstanceOf(TypeError);
  expect(isCutOff(error), String((error as Error).cause)).toBe(true);
});

it("a port that nobody listens on is cut off", async () => {
  const port = await listen(() => undefined);
  server?.close();
  await once(server as Server, "close");
  expect(isCutOff(await failure(() => call(port, "GET", "book")))).toBe(true);
});

it("a mistake of ours is not, though it is a TypeError too", async () => {
  const none = undefined as unknown as { readonly bids: string };
  expect(isCutOff(await failure(async () => none.bids))).toBe(false);
  const unreadable = await failure(() => fetch("http://127.0.0.1:port/"));
  expect(unreadable).toBeInstanceOf(TypeError);
  expect(isCutOff(unreadable)).toBe(false);
  expect(isCutOff(await failure(() => fetch("http://127.0.0.1:1/", { method: "GET", body: "x" })))).toBe(false);
});

it("an answer that leaves the outcome open is no failure of ours; any other status is", () => {
  expect([503, 504].map((status) => isUnanswered(new StatusError(status, "")))).toEqual([true, true]);
  expect([401, 422, 500].map((status) => isUnanswered(new StatusError(status, "")))).toEqual([false, false, false]);
  expect(isUnanswered(new TypeError("fetch failed"))).toBe(false);
});
