/**
 * One uWebSockets.js application: the two routes of the binary protocol, and nothing else.
 *
 * `/v1/orders` carries private frames, which are never dropped: a socket that does not read them is closed (4008). `/v1/market`
 * carries market data, which is conflated for a slow reader. Text is refused (4009). Whatever is not a known route is 404.
 */
import { closeSession, coreStatus, Outbox, openSession, sweepSessions } from "@jware/core-native";
import { App, type TemplatedApp, us_listen_socket_close, us_socket_local_port, type us_listen_socket } from "uWebSockets.js";
import { OrderPath, type SocketData } from "./order-path.js";
import { SlowConsumers } from "./slow-consumer.js";

const OUT_BUFFER_BYTES = 4 * 1024 * 1024;
const FRAME_BYTES_MAX = 16 * 1024;
const PRIVATE_BACKPRESSURE_BYTES = 1024 * 1024;
const MARKET_BACKPRESSURE_BYTES = 4 * 1024 * 1024;
const IDLE_TIMEOUT_S = 32;
const SWEEP_MS = 500;
/** What took longer to read may have kept others waiting as long: then silence is judged in the next turn. */
const SWEEP_TURN_MS_MAX = 100;
/** Turns in a row. */
const SWEEP_PUT_OFF_MAX = 10;
const SLOW_CHECK_MS = 50;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_PROTOCOL = 4009;
/** Sockets per address; one trader's machine needs two per page and per bot. */
const SOCKETS_PER_ADDRESS_MAX = 1_000;

export interface EdgeOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** A running edge. */
export interface Edge {
  readonly port: number;
  readonly counts: () => { readonly sockets: number; readonly conflated: number; readonly slowPrivate: number };
  readonly close: () => void;
}

export function startEdge(options: EdgeOptions): Edge {
  const app = App();
  const outbox = new Outbox(() => path.drain());
  const path = new OrderPath(app, outbox, OUT_BUFFER_BYTES, coreStatus().ackMode === "durable");
  const slow = new SlowConsumers(path);
  const perAddress = new Map<string, number>();
  let stopping = false;

  const route = (pattern: string, isMarket: boolean): void => {
    app.ws<SocketData>(pattern, {
      maxPayloadLength: FRAME_BYTES_MAX,
      maxBackpressure: isMarket ? MARKET_BACKPRESSURE_BYTES : PRIVATE_BACKPRESSURE_BYTES,
      idleTimeout: IDLE_TIMEOUT_S,
      sendPingsAutomatically: true,
      upgrade: (response, request, context) => {
        const ipText = new TextDecoder().decode(response.getRemoteAddressAsText());
        if ((perAddress.get(ipText) ?? 0) >= SOCKETS_PER_ADDRESS_MAX) {
          response.writeStatus("429 Too Many Requests").end("too many connections from this address");
          return;
        }
        const data: SocketData = { session: 0, isMarket, behind: false, topics: new Set(), ipText, closed: false };
        response.upgrade(
          data,
          request.getHeader("sec-websocket-key"),
          request.getHeader("sec-websocket-protocol"),
          request.getHeader("sec-websocket-extensions"),
          context,
        );
      },
      open: (socket) => {
        const data = socket.getUserData();
        data.session = openSession(outbox, isMarket ? "market" : "orders");
        perAddress.set(data.ipText, (perAddress.get(data.ipText) ?? 0) + 1);
        path.sockets.set(data.session, socket);
      },
      message: (socket, message, isBinary) => {
        if (isBinary) path.onFrame(socket.getUserData().session, message);
        else socket.end(CLOSE_PROTOCOL, "frames are binary");
      },
      drain: (socket) => slow.catchUp(socket),
      close: (socket) => {
        const data = socket.getUserData();
        data.closed = true;
        path.sockets.delete(data.session);
        const left = (perAddress.get(data.ipText) ?? 1) - 1;
        if (left > 0) perAddress.set(data.ipText, left);
        else perAddress.delete(data.ipText);
        // Whoever asked for cancel-on-disconnect gets it for every end, also ours, but for a Logout that keeps the orders.
        closeSession(data.session);
      },
    });
  };
  route("/v1/orders", false);
  route("/v1/market", true);
  app.any("/*", (response) => {
    response.writeStatus("404 Not Found").end("this port serves /v1/orders and /v1/market, by WebSocket");
  });

  const listening = listen(app, options);
  // After a stall (a slow disk) the timer comes before the sockets are read, and heartbeats that wait there are not silence:
  // it is judged once they are read, and only where reading did not stall itself.
  let putOffCount = 0;
  const sweep = (): void => {
    const beganMs = performance.now();
    setImmediate(() => {
      if (stopping) return;
      // An edge that is always so slow judges all the same: else whoever keeps it busy would never have to be heard of.
      const isPutOff = performance.now() - beganMs > SWEEP_TURN_MS_MAX && putOffCount < SWEEP_PUT_OFF_MAX;
      putOffCount = isPutOff ? putOffCount + 1 : 0;
      if (!isPutOff) sweepSessions(outbox);
      sweepTimer = setTimeout(sweep, isPutOff ? 0 : SWEEP_MS);
    });
  };
  let sweepTimer = setTimeout(sweep, SWEEP_MS);
  const slowCheck = setInterval(() => slow.check(), SLOW_CHECK_MS);
  return {
    port: us_socket_local_port(listening),
    counts: () => ({ sockets: path.sockets.size, conflated: slow.conflatedCount, slowPrivate: path.slowPrivateCount }),
    close: () => {
      // Closing a listen socket twice is a use after free in uWebSockets.js.
      if (stopping) return;
      stopping = true;
      clearTimeout(sweepTimer);
      clearInterval(slowCheck);
      us_listen_socket_close(listening);
      path.drain();
      for (const socket of [...path.sockets.values()]) socket.end(CLOSE_GOING_AWAY, "the server is stopping");
      app.close();
      outbox.close();
    },
  };
}

/** The edges of one process share the port (SO_REUSEPORT); another process that has it is an error. */
function listen(app: TemplatedApp, options: EdgeOptions): us_listen_socket {
  let listening: us_listen_socket | false = false;
  app.listen(options.host, options.port, (socket) => {
    listening = socket;
  });
  if (listening === false)
    throw new Error(`ENG_ERR_PORT_IN_USE: ${options.host}:${options.port} (--ws-port) cannot be listened on`);
  return listening;
}
