/** `jware journal dump`: one command, one line. */
import { refuseDamage, walkThrough } from "./journal-walk.js";
import { EXIT, type Tool } from "./tool.js";
import { journalDir, readArgs, selectionOf } from "./tool-args.js";

export const journalDump: Tool = {
  words: "journal dump",
  summary: "prints commands, one a line",
  usage: [
    "  jware journal dump [DIR | --data-dir D] [--from SEQ] [--to SEQ] [--account ID] [--json]",
    "  Prices and quantities are in the instrument's units; with --json they are ticks, lots and minor units, as journalled.",
    "  Exit codes: 0, 74 it cannot be read, 78 damaged (what came before the damage was printed), no journal, another core version.",
  ].join("\n"),
  async run(args, screen) {
    const read = readArgs(args, ["data-dir", "from", "to", "account"]);
    const { report } = await walkThrough(
      {
        dir: journalDir(read),
        decode: true,
        lines: "commands",
        json: screen.isJson,
        ...selectionOf(read),
      },
      screen,
    );
    refuseDamage(report);
    return EXIT.OK;
  },
};
