/**
 * Whether orders that add risk may be sent from this tab. Off at load, never kept anywhere.
 *
 * Disarms by itself: 15 minutes without an order, 60 s hidden, and on reconnect, change of account or symbol, stale data, kill.
 * Cancel and reduce are never asked about it.
 */
export type ArmView = { readonly armed: boolean; readonly why: string };

const IDLE_MS_MAX = 15 * 60_000;
const HIDDEN_MS_MAX = 60_000;

export class Arming {
  private view: ArmView = { armed: false, why: "" };
  private lastOrderMs = 0;
  private hiddenSinceMs: number | undefined;
  private readonly changed: (view: ArmView) => void;

  constructor(changed: (view: ArmView) => void) {
    this.changed = changed;
  }

  get armed(): boolean {
    return this.view.armed;
  }

  arm(nowMs: number): void {
    this.lastOrderMs = nowMs;
    this.set({ armed: true, why: "" });
  }

  disarm(why: string): void {
    if (this.view.armed) this.set({ armed: false, why });
  }

  ordered(nowMs: number): void {
    this.lastOrderMs = nowMs;
  }

  visible(isVisible: boolean, nowMs: number): void {
    this.hiddenSinceMs = isVisible ? undefined : (this.hiddenSinceMs ?? nowMs);
  }

  /** Called now and then: looks at the clocks. */
  check(nowMs: number): void {
    if (nowMs - this.lastOrderMs > IDLE_MS_MAX) this.disarm("15 min without an order");
    if (this.hiddenSinceMs !== undefined && nowMs - this.hiddenSinceMs > HIDDEN_MS_MAX) this.disarm("hidden for 60 s");
  }

  private set(view: ArmView): void {
    this.view = view;
    this.changed(view);
  }
}
