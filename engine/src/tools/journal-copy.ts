/** `jware journal copy`: a backup of a journal, also while it is written. */
import { copyJournal } from "@jware/core-native";
import { EXIT, UsageError, type Tool } from "./tool.js";
import { readArgs } from "./tool-args.js";

export const journalCopy: Tool = {
  words: "journal copy",
  summary: "copies a journal that may be running into an empty folder",
  usage: "<journal> <folder>   folder of a journal, such as .jware/journal; folder to make",
  run: async (args, screen) => {
    const [from, to, ...more] = readArgs(args, []).words;
    if (from === undefined || to === undefined || more.length > 0) throw new UsageError("it takes two folders");
    const copied = copyJournal(from, to);
    const { lastSeq, snapshotSeq, segmentCount } = copied;
    screen.result(
      copied,
      `${segmentCount} segments to seq ${lastSeq}, ${snapshotSeq > 0 ? `snapshot at ${snapshotSeq}` : "no snapshot"}`,
    );
    return EXIT.OK;
  },
};
