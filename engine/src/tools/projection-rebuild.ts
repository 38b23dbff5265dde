/** `jware projection rebuild`: makes all projected tables anew from the journal, and puts them in place in one transaction. */
import { rebuildProjection, type RebuildResult } from "../projector/rebuild.js";
import { openProjectionPlace, PLACE_USAGE } from "./projection-place.js";
import { EXIT, type Tool } from "./tool.js";

export const projectionRebuild: Tool = {
  words: "projection rebuild",
  summary: "makes the projected tables anew from the journal",
  usage: [
    "jware projection rebuild [--data-dir D] [--database-url U] [--json]",
    "",
    "Fills new tables beside the old ones and puts them in place in one transaction, at the same command. Until then the old ones are",
    "untouched: cut off, it is simply run again. A platform may run: its projector waits for the last step. Ends with 0 when it",
    "is done, 69 where another rebuild runs, 78 where the database is another journal's or ahead of it.",
    "",
    PLACE_USAGE,
  ].join("\n"),
  run: async (args, screen) => {
    const place = await openProjectionPlace(args);
    try {
      const result = await rebuildProjection({ ...place, onProgress: screen.progress.bind(screen) });
      screen.result(result, textOf(result));
      return EXIT.OK;
    } finally {
      await place.close();
    }
  },
};

function textOf({ seq, rows, seconds, tables, wasEqual }: RebuildResult): string {
  const lines = tables.map(({ table, before, after }) =>
    before.hash === after.hash && before.rows === after.rows
      ? `${table.padEnd(12)} ${String(after.rows).padStart(10)} rows  ${after.hash}  as before`
      : `${table.padEnd(12)} ${String(after.rows).padStart(10)} rows  ${after.hash}  CHANGED: had ${before.rows} rows, ${before.hash}`,
  );
  return [
    ...lines,
    `Rebuilt up to command ${seq}: ${rows} rows written in ${seconds.toFixed(1)} s${wasEqual ? ", the same as before" : ""}.`,
  ].join("\n");
}
