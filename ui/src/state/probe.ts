/** `window.__jware`: what the page measured of itself, for tests, benches and a curious person. */
import type { StreamStatus } from "../stream/frame-batch.js";

const FRAME_LATE_MS = 25;
const LONG_TASKS_KEPT = 200;

export interface Probe {
  frameCount: number;
  /** Frames that came more than 25 ms after the one before, while the page was visible. */
  lateFrameCount: number;
  frameGapMsMax: number;
  batchCount: number;
  /** Time spent in applying batches, milliseconds: the sum and the worst. */
  applyMsTotal: number;
  applyMsMax: number;
  drawMsTotal: number;
  drawMsMax: number;
  longTaskCount: number;
  longTasks: { startMs: number; durationMs: number }[];
  decodedCount: number;
  decodedBytes: number;
  orderRttP50Ms: number;
  orderRttP99Ms: number;
  orderRttCount: number;
  feedMs: number;
  gapCount: number;
  ordersConnects: number;
  marketConnects: number;
  /** Key or click to the request leaving the page, milliseconds, last. */
  usableMs: number;
  reset(): void;
}

declare global {
  interface Window {
    __jware: Probe;
  }
}

const zeros = () => ({
  frameCount: 0,
  lateFrameCount: 0,
  frameGapMsMax: 0,
  batchCount: 0,
  applyMsTotal: 0,
  applyMsMax: 0,
  drawMsTotal: 0,
  drawMsMax: 0,
  longTaskCount: 0,
  longTasks: [] as { startMs: number; durationMs: number }[],
});

export class ProbeRecorder {
  readonly probe: Probe;
  private lastFrameMs = 0;

  constructor() {
    this.probe = {
      ...zeros(),
      decodedCount: 0,
      decodedBytes: 0,
      orderRttP50Ms: -1,
      orderRttP99Ms: -1,
      orderRttCount: 0,
      feedMs: -1,
      gapCount: 0,
      ordersConnects: 0,
      marketConnects: 0,
      usableMs: -1,
      reset: () => {
        Object.assign(this.probe, zeros());
        this.lastFrameMs = 0;
      },
    };
    window.__jware = this.probe;
    if (PerformanceObserver.supportedEntryTypes?.includes("longtask")) {
      new PerformanceObserver((list) => this.longTasks(list)).observe({ type: "longtask" });
    }
  }

  frame(nowMs: number): void {
    const { probe } = this;
    probe.frameCount++;
    const gapMs = nowMs - this.lastFrameMs;
    if (this.lastFrameMs > 0 && document.visibilityState === "visible") {
      if (gapMs > FRAME_LATE_MS) probe.lateFrameCount++;
      if (gapMs > probe.frameGapMsMax) probe.frameGapMsMax = gapMs;
    }
    this.lastFrameMs = nowMs;
  }

  applied(ms: number): void {
    this.probe.batchCount++;
    this.probe.applyMsTotal += ms;
    if (ms > this.probe.applyMsMax) this.probe.applyMsMax = ms;
  }

  drawn(ms: number): void {
    this.probe.drawMsTotal += ms;
    if (ms > this.probe.drawMsMax) this.probe.drawMsMax = ms;
  }

  status(status: StreamStatus): void {
    const { probe } = this;
    probe.decodedCount = status.decodedCount;
    probe.decodedBytes = status.decodedBytes;
    probe.orderRttP50Ms = status.orderRttP50Ms;
    probe.orderRttP99Ms = status.orderRttP99Ms;
    probe.orderRttCount = status.orderRttCount;
    probe.feedMs = status.feedMs;
    probe.gapCount = status.gapCount;
    probe.ordersConnects = status.orders.connects;
    probe.marketConnects = status.market.connects;
  }

  usable(): void {
    if (this.probe.usableMs < 0) this.probe.usableMs = performance.now();
  }

  private longTasks(list: PerformanceObserverEntryList): void {
    for (const entry of list.getEntries()) {
      this.probe.longTaskCount++;
      this.probe.longTasks.push({ startMs: entry.startTime, durationMs: entry.duration });
      if (this.probe.longTasks.length > LONG_TASKS_KEPT) this.probe.longTasks.shift();
    }
  }
}
