/**
 * The end of a run, also of one that is interrupted: every process that it started is ended, and what it wrote for itself is gone.
 *
 * A signal asks everybody to stop and waits for them; a second one does not wait.
 */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const SIGNAL_EXIT_BASE = 128;

type Stop = () => Promise<unknown>;

const stops = new Set<Stop>();
let isEnding = false;

/** What is to be stopped where the run is interrupted; the answer takes it back. */
export function onInterrupt(stop: Stop): () => void {
  if (isEnding) throw new Error("interrupted");
  stops.add(stop);
  return () => stops.delete(stop);
}

export function endOnSignals(): void {
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      const exit = () => process.exit(SIGNAL_EXIT_BASE + number);
      if (isEnding) return exit();
      isEnding = true;
      process.stderr.write("interrupted; stopping what was started\n");
      void Promise.allSettled([...stops].map((stop) => stop())).then(exit);
    });
  }
}

/** The same, but never settled once the run is interrupted: whoever waits for it does nothing more. */
export async function untilEnded<Result>(promise: Promise<Result>): Promise<Result> {
  const result = await promise;
  return isEnding ? new Promise(() => undefined) : result;
}
