/** `jware projection check`: whether the database holds what the journal comes to, table by table. */
import { checkProjection, type TableComparison } from "../projector/check.js";
import { openProjectionPlace, PLACE_USAGE } from "./projection-place.js";
import { EXIT, type Tool } from "./tool.js";

export const projectionCheck: Tool = {
  words: "projection check",
  summary: "compares the projected tables with the journal, row for row",
  usage: [
    "jware projection check [--data-dir D] [--database-url U] [--json]",
    "",
    "Projects the journal once more beside the real tables, up to where those are, and compares the hashes of both. Works",
    "while the platform runs. Ends with 0 where all are equal, 1 where a table differs, 78 where the database is another journal's.",
    "",
    PLACE_USAGE,
  ].join("\n"),
  run: async (args, screen) => {
    const place = await openProjectionPlace(args);
    try {
      const result = await checkProjection({ ...place, onProgress: screen.progress.bind(screen) });
      screen.result(result, textOf(result.seq, result.tables));
      return result.isEqual ? EXIT.OK : EXIT.NOT_SO;
    } finally {
      await place.close();
    }
  },
};

function textOf(seq: number, tables: readonly TableComparison[]): string {
  const lines = tables.map(({ table, database, journal, isEqual }) =>
    isEqual
      ? `${table.padEnd(12)} ${String(database.rows).padStart(10)} rows  ${database.hash}  equal`
      : `${table.padEnd(12)} ${String(database.rows).padStart(10)} rows  ${database.hash}  DIFFERS: the journal has ${journal.rows} rows, ${journal.hash}`,
  );
  const wrong = tables.filter(({ isEqual }) => !isEqual).map(({ table }) => table);
  const verdict =
    wrong.length === 0
      ? `The database is what the journal comes to, up to command ${seq}.`
      : `${wrong.join(", ")}: not what the journal comes to, up to command ${seq}. jware projection rebuild makes all tables anew.`;
  return [...lines, verdict].join("\n");
}
