/**
 * Every named point at which the kill proof ends the process, and when it is passed.
 *
 * Invariant: these are the names in the code, each once (points.test.ts). `load`: while orders flow; `start` and `stop`: once in
 * each; `torn`: at a start that finds a torn end, which a kill in the middle of a write leaves.
 */
export interface Point {
  readonly name: string;
  readonly passed: "load" | "start" | "stop" | "torn";
  /** Which passing acts: one that the market alone has not brought about by the time that the client is there ... */
  readonly passingsMin: number;
  /** ... and that some seconds of load are sure to bring. */
  readonly passingsMax: number;
}

const PASSINGS_OF_A_START = 15;

const load = (passingsMax: number, ...names: readonly string[]): Point[] =>
  names.map((name) => ({ name, passed: "load", passingsMin: Math.min(passingsMax, PASSINGS_OF_A_START), passingsMax }));
const once = (passed: Point["passed"], ...names: readonly string[]): Point[] =>
  names.map((name) => ({ name, passed, passingsMin: 1, passingsMax: 1 }));

export const POINTS: readonly Point[] = [
  ...load(40, "journal.write.mid"),
  ...load(80, "hub.applied", "journal.append.before", "journal.append.after", "hub.appended"),
  ...load(40, "journal.write.before", "journal.write.after", "journal.sync.before", "journal.sync.after"),
  ...load(40, "journal.publish.before", "journal.publish.after", "hub.wake"),
  ...load(40, "outbox.drain.before", "outbox.drain.after", "edge.send.before", "edge.send.after"),
  ...load(2, "journal.seal.before", "journal.seal.after"),
  ...load(1, "journal.rotate.create", "journal.rotate.fill", "journal.rotate.rename", "journal.rotate.sync-dir"),
  ...load(1, "journal.rotate.first-write"),
  ...load(1, "gateway.control.before", "gateway.control.after", "gateway.answer.before"),
  ...load(3, "projector.commit.before", "projector.commit.after"),
  ...once("torn", "journal.cut.before", "journal.cut.mid", "journal.cut.after"),
  ...once("start", "start.replay.before", "start.replay.after", "start.listen.before", "start.listen.after"),
  ...once("stop", "stop.before", "stop.journal.before", "hub.stop.saved", "stop.journal.after"),
];
