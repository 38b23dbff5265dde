/**
 * What trades before each of the account's resting orders at its price, asked for twice a second while there are such orders and
 * the page can be seen.
 *
 * Invariant: what is held is the last answer about the account that is shown. An answer that fails, or is about another account,
 * changes nothing; the next one is asked for in its turn.
 */
import type { InstrumentFormat } from "../format/instrument-format.js";
import type { Api } from "../session/api.js";

export const QUEUE_REFRESH_MS = 500;

export type QueueAhead = ReadonlyMap<string, number>;

interface QueuedOrderJson {
  readonly orderId: string;
  readonly symbol: string;
  readonly queueAheadQty: string | null;
}

export interface QueueWatchPorts {
  /** The account to ask about; undefined where it has no order in a book, or nobody looks. */
  wanted(): string | undefined;
  formatOf(symbol: string): InstrumentFormat | undefined;
  changed(ahead: QueueAhead): void;
}

export class QueueWatch {
  private readonly api: Pick<Api, "get">;
  private readonly ports: QueueWatchPorts;
  private ahead: QueueAhead = new Map();
  private asking = false;

  constructor(api: Pick<Api, "get">, ports: QueueWatchPorts) {
    this.api = api;
    this.ports = ports;
  }

  /** Asks once, unless the last answer is still awaited. */
  async refresh(): Promise<void> {
    const account = this.ports.wanted();
    if (account === undefined) {
      this.take(new Map());
      return;
    }
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await this.api.get(`/api/v1/orders?${new URLSearchParams({ account, status: "open", limit: "1000" })}`);
      if (this.ports.wanted() === account) this.take(this.read(answer as { readonly orders?: readonly QueuedOrderJson[] }));
    } catch {
      // The line that trades says what is wrong; what was known a moment ago stays.
    } finally {
      this.asking = false;
    }
  }

  private read(answer: { readonly orders?: readonly QueuedOrderJson[] }): QueueAhead {
    const ahead = new Map<string, number>();
    for (const { orderId, symbol, queueAheadQty } of answer.orders ?? []) {
      const parsed = queueAheadQty === null ? undefined : this.ports.formatOf(symbol)?.parseQty(queueAheadQty);
      if (parsed?.ok) ahead.set(orderId, parsed.units);
    }
    return ahead;
  }

  private take(ahead: QueueAhead): void {
    const same = ahead.size === this.ahead.size && [...ahead].every(([id, lots]) => this.ahead.get(id) === lots);
    if (same) return;
    this.ahead = ahead;
    this.ports.changed(ahead);
  }
}
