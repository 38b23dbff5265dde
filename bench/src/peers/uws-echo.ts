/**
 * The floor that order acknowledgements are measured against: uWebSockets.js and nothing else. Sends every binary message
 * back as it came. Run as a process of its own; prints its port.
 */
import { App, us_socket_local_port } from "uWebSockets.js";

const MESSAGE_BYTES_MAX = 1 << 20;
const BACKPRESSURE_BYTES_MAX = 16 << 20;

App()
  .ws("/echo", {
    maxPayloadLength: MESSAGE_BYTES_MAX,
    maxBackpressure: BACKPRESSURE_BYTES_MAX,
    message: (socket, message) => {
      socket.send(message, true);
    },
  })
  .listen("127.0.0.1", 0, (listening) => {
    if (!listening) throw new Error("the echo server found no port");
    process.stdout.write(`${us_socket_local_port(listening)}\n`);
  });
