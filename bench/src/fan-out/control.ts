/** The port that the measuring client asks for turns on: a byte is one turn of the event loop in which so many ticks are published. */
import { createServer, type AddressInfo } from "node:net";

/** Listens; the port. One client at a time. */
export function listenForTurns(publish: (tickCount: number) => void): Promise<number> {
  const due: number[] = [];
  let isTurning = false;
  const turn = (): void => {
    const tickCount = due.shift();
    isTurning = tickCount !== undefined;
    if (tickCount === undefined) return;
    publish(tickCount);
    setImmediate(turn);
  };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      due.push(...bytes);
      if (!isTurning) turn();
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

/** The wall clock with microseconds, as the client reads it. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
