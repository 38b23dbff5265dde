/** `jware projection rate`: how fast the journal is projected, beside a plain COPY of the same rows. */
import { measureProjection } from "../projector/projection-rate.js";
import { openProjectionPlace, PLACE_USAGE } from "./projection-place.js";
import { EXIT, type Tool } from "./tool.js";

export const projectionRate: Tool = {
  words: "projection rate",
  summary: "measures how fast the journal is projected, beside a plain COPY",
  usage: [
    "jware projection rate [--data-dir D] [--database-url U] [--json]",
    "",
    "Projects the whole journal into tables of its own, then copies the same rows, with the same indexes and without any, and drops",
    "them. How long a rebuild takes follows from it.",
    "",
    PLACE_USAGE,
  ].join("\n"),
  run: async (args, screen) => {
    const place = await openProjectionPlace(args);
    try {
      const rate = await measureProjection({ ...place, onProgress: screen.progress.bind(screen) });
      const { rows, commands, rowsPerSecond, copiedRowsPerSecond, bareCopiedRowsPerSecond, ratio } = rate;
      screen.result(
        rate,
        `${rows} rows of ${commands} commands: ${rowsPerSecond} rows/s projected; by a plain COPY ${copiedRowsPerSecond} rows/s with the same ` +
          `indexes (${ratio} of it), ${bareCopiedRowsPerSecond} without`,
      );
      return EXIT.OK;
    } finally {
      await place.close();
    }
  },
};
