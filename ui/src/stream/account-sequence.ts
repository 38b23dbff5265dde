/** Watches the dense per-account sequence of private frames. A gap means that something was missed: resynchronise. */
import type { OwnEvent } from "./own-event.js";

export class AccountSequence {
  private readonly lastOf = new Map<number, number>();

  /** Takes an event in; false where it shows a gap. Events at or below the snapshot's sequence are `old`. */
  accept(event: OwnEvent): "new" | "old" | "gap" {
    if (event.kind === "snapshot") {
      this.lastOf.set(event.account, event.accountSeq);
      return "new";
    }
    if (event.kind !== "exec" && event.kind !== "position" && event.kind !== "balance" && event.kind !== "status") return "new";
    const last = this.lastOf.get(event.account);
    if (last === undefined || event.accountSeq === last + 1) {
      this.lastOf.set(event.account, event.accountSeq);
      return "new";
    }
    return event.accountSeq <= last ? "old" : "gap";
  }

  clear(): void {
    this.lastOf.clear();
  }
}
