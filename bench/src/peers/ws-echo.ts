/** What Node programs mostly use for WebSockets: `ws`, sending every binary message back. Run as a process of its own; prints its port. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
server.on("connection", (socket) => {
  socket.on("message", (message, isBinary) => socket.send(message, { binary: isBinary }));
});
