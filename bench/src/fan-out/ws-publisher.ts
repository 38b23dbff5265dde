/** The same bytes sent by `ws` to each of its clients. Prints its ports. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { listenForTurns, nowMs } from "./control.js";
import { TickTemplate } from "./tick-template.js";

const template = TickTemplate.fromCore();
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
const controlPort = await listenForTurns((tickCount) => {
  for (let tick = 0; tick < tickCount; tick++) {
    // A copy: what a socket does not take at once is kept by reference.
    const bytes = Buffer.from(template.next(nowMs()));
    for (const client of server.clients) client.send(bytes, { binary: true });
  }
});
const print = () => process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, controlPort })}\n`);
if (server.address() === null) server.once("listening", print);
else print();
