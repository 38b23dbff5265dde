/** `jware snapshot`: makes a snapshot of a journal that no platform runs, as a running one makes its own. */
import { SnapshotMaking } from "@jware/core-native";
import { rateText, refuseDamage, timeText, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { archiveDir, journalDir, readArgs } from "./tool-args.js";

/** Commands between two looks at the screen: some milliseconds. */
const STEP_COMMANDS = 10_000;

export const snapshot: Tool = {
  words: "snapshot",
  summary: "replays a journal that no platform runs, and writes the state at its end beside it",
  usage: [
    "  jware snapshot [DIR | --data-dir D] [--journal-archive A] [--json]",
    "  DIR is the journal's folder; without it that of the data folder (default .jware). A is where older segments went, if anywhere.",
    "  Every byte is checked first, then commands are applied from the newest snapshot that was made in this way, or from the first one.",
    "  A snapshot on the way that a core wrote at its stop must be of the same state. The journal is locked meanwhile.",
    "  Exit codes: 0, 69 a platform runs it (which makes its own; of a copy one can be made), 74 it cannot be read or written,",
    "  78 damaged, of another state than a snapshot on the way, no journal or none with a command, another core version.",
  ].join("\n"),
  async run(args, screen) {
    const read = readArgs(args, ["data-dir", "journal-archive"]);
    const dir = journalDir(read);
    const archive = archiveDir(read);
    const { report } = await walkThrough({ dir }, screen);
    refuseDamage(report);
    if (report.lastSeq === 0) throw new Error(`ENG_ERR_SNAPSHOT: ${dir} holds no command`);
    const startMs = performance.now();
    const making = new SnapshotMaking(dir, report.lastSeq, archive);
    let step = making.step(STEP_COMMANDS);
    while (!step.isEnded) {
      const { fromSeq, seq } = step;
      screen.progress(seq - fromSeq, report.lastSeq - fromSeq, `${(seq - fromSeq).toLocaleString("en")} commands applied`);
      // So that signals and whoever reads our output get their turn.
      await new Promise((done) => setImmediate(done));
      step = making.step(STEP_COMMANDS);
    }
    const made = making.save();
    const seconds = (performance.now() - startMs) / 1_000;
    const { fromSeq, seq } = step;
    const text = [
      `snapshot ${made.file}, ${made.bytes.toLocaleString("en")} bytes`,
      `sequence ${made.seq}, ${timeText(made.tsNs)}`,
      `state    ${made.stateHash}`,
      `applied  ${rateText(seq - fromSeq, seconds)}, ${fromSeq === 0 ? "from the first" : `after the snapshot at ${fromSeq}`}`,
    ];
    screen.result({ ...made, fromSeq, dir, seconds }, text.join("\n"));
    return EXIT.OK;
  },
};
