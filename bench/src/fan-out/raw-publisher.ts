/** The same bytes published by uWebSockets.js and nothing else. Prints its ports. */
import { App, us_socket_local_port } from "uWebSockets.js";
import { listenForTurns, nowMs } from "./control.js";
import { TickTemplate } from "./tick-template.js";

const BACKPRESSURE_BYTES_MAX = 4 << 20;
const TOPIC = "ticks";

const template = TickTemplate.fromCore();
const app = App();
app.ws("/ticks", {
  maxBackpressure: BACKPRESSURE_BYTES_MAX,
  open: (socket) => {
    socket.subscribe(TOPIC);
  },
});
const controlPort = await listenForTurns((tickCount) => {
  for (let tick = 0; tick < tickCount; tick++) app.publish(TOPIC, template.next(nowMs()), true, false);
});
app.listen("127.0.0.1", 0, (listening) => {
  if (!listening) throw new Error("the publisher found no port");
  process.stdout.write(`${JSON.stringify({ port: us_socket_local_port(listening), controlPort })}\n`);
});
