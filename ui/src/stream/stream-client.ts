/**
 * The page's end of the worker: pulls one batch per animation frame and applies it in the worker's message.
 *
 * A frame goes: draw what the last batch changed, then pull. The answer arrives between frames and is applied at once, so charts
 * and canvases that it touches paint in the very next frame. A hidden tab has no frames, pulls nothing, and the worker keeps only
 * the latest.
 */
import type { BookView, FrameBatch } from "./frame-batch.js";
import type { FromWorker, RouteName, ToWorker } from "./worker-message.js";

export interface StreamHandlers {
  batch(batch: FrameBatch): void;
  /** Runs once per animation frame, before the pull: canvases draw here. */
  frame(nowMs: number): void;
  /** A one-time ticket, or undefined where none can be had. */
  ticket(route: RouteName): Promise<string | undefined>;
}

export interface StreamClient {
  send(message: ToWorker): void;
  /** Time since the worker last said anything, milliseconds; the worker speaks four times a second or it is dead. */
  workerSilenceMs(): number;
  stop(): void;
}

export function startStream(wsUrl: string, handlers: StreamHandlers): StreamClient {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "jware-stream" });
  const send = (message: ToWorker, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  let spent: ArrayBuffer[] = [];
  let shownBook: BookView | undefined;
  let pulling = false;
  let lastMessageMs = performance.now();
  let frameId = 0;

  const answerTicket = async (route: RouteName): Promise<void> => {
    const ticket = await handlers.ticket(route).catch(() => undefined);
    send({ kind: "ticket", route, ticket });
  };

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    lastMessageMs = performance.now();
    if (data.kind === "need-ticket") {
      void answerTicket(data.route);
      return;
    }
    pulling = false;
    handlers.batch(data);
    // Packed rows are copied at once; a book stays on the screen until the next one.
    if (data.book !== undefined) {
      if (shownBook !== undefined) spent.push(shownBook.bids.buffer, shownBook.asks.buffer);
      shownBook = data.book;
    }
    if (data.quotes !== undefined) spent.push(data.quotes.buffer);
    if (data.trades !== undefined) spent.push(data.trades.rows.buffer);
    if (data.bars !== undefined) spent.push(data.bars.rows.buffer);
  };

  const onFrame = (nowMs: number): void => {
    frameId = requestAnimationFrame(onFrame);
    handlers.frame(nowMs);
    if (pulling) return;
    pulling = true;
    const buffers = spent;
    spent = [];
    send({ kind: "pull", spent: buffers }, buffers);
  };

  send({ kind: "start", wsUrl });
  frameId = requestAnimationFrame(onFrame);
  return {
    send,
    workerSilenceMs: () => performance.now() - lastMessageMs,
    stop: () => {
      cancelAnimationFrame(frameId);
      worker.terminate();
    },
  };
}
