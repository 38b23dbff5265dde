/** `jware journal export`: commands and what followed from them, for other programs. */
import { refuseDamage, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { journalDir, readArgs, selectionOf } from "./tool-args.js";

export const journalExport: Tool = {
  words: "journal export",
  summary: "prints commands and events (orders, fills, cancels ...) as JSON lines",
  usage: [
    "  jware journal export [DIR | --data-dir D] [--from SEQ] [--to SEQ] [--account ID]",
    '  A line is {"seq", "time", "command"} or {"seq", "time", "index", "event"}; index counts the events of one command. Numbers are',
    "  ticks, lots, minor units and nanoseconds, whole and up to 64 bits. Changes of books and bars are left out.",
    "  Exit codes: 0, 74 it cannot be read, 78 damaged (what came before the damage was printed), no journal, another core version.",
  ].join("\n"),
  async run(args, screen) {
    const read = readArgs(args, ["data-dir", "from", "to", "account"]);
    const { report } = await walkThrough(
      {
        dir: journalDir(read),
        decode: true,
        apply: true,
        lines: "events",
        json: true,
        ...selectionOf(read),
      },
      screen,
    );
    refuseDamage(report);
    return EXIT.OK;
  },
};
