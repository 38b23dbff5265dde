/**
 * How fast the journal becomes rows: `jware projection rate` on a journal of an order flow, in the embedded PostgreSQL of a data folder of its
 * own. Its yardstick is a COPY of the same rows, into tables with the same indexes and into bare ones.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Child } from "../child.js";
import { removeFolder, scratchFolder } from "../scratch.js";
import { figureOf, type SuiteResult } from "../figure.js";
import { ROOT } from "../root.js";
import { writeJournal } from "./written-journal.js";

const SETTING = { instruments: 1, accounts: 1_000, resting: 10_000, commands: 100_000 };
const RATIO_GOAL = { atLeast: 0.5 };
/** The tool makes no database where there is none: a folder named wrongly is to be told, not filled. */
const MAKE_DATABASE = `
  const engine = (file) => import(process.argv[1] + file);
  const { startEmbeddedPostgres } = await engine("postgres/embedded.js");
  const { migrate } = await engine("postgres/migrate.js");
  const { silentLog: log } = await engine("observability/logger.js");
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2], log });
  await migrate({ databaseUrl: server.url, log });
  await server.stop();
`;

interface Rate {
  readonly commands: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly copiedRowsPerSecond: number;
  readonly bareCopiedRowsPerSecond: number;
}

export async function projection(roundCount: number): Promise<SuiteResult> {
  const folder = scratchFolder("projection");
  try {
    const journal = join(folder, "journal");
    mkdirSync(journal);
    const written = await writeJournal(journal, SETTING);
    const engine = new URL("../../../engine/dist/", import.meta.url).href;
    const words = ["--input-type=module", "-e", MAKE_DATABASE, engine, join(folder, "postgres")];
    await new Child(process.execPath, words).output();
    const rates: Rate[] = [];
    for (let round = 1; round <= roundCount; round++) {
      process.stderr.write(`  round ${round} of ${roundCount}\n`);
      const words = [join(ROOT, "engine/bin/jware.mjs"), "projection", "rate", "--data-dir", folder, "--json"];
      rates.push(JSON.parse(await new Child(process.execPath, words).output()) as Rate);
    }
    const ratio = (of: (rate: Rate) => number) => rates.map((rate) => rate.rowsPerSecond / of(rate));
    return {
      figures: [
        figureOf(
          "rows projected",
          "per second",
          rates.map(({ rowsPerSecond }) => rowsPerSecond),
        ),
        figureOf(
          "rows projected, to a COPY with the same indexes",
          "ratio",
          ratio((rate) => rate.copiedRowsPerSecond),
          RATIO_GOAL,
        ),
        figureOf(
          "rows projected, to a COPY without indexes",
          "ratio",
          ratio((rate) => rate.bareCopiedRowsPerSecond),
        ),
      ],
      checks: [
        {
          name: "every command was projected",
          passed: rates.every(({ commands, rows }) => commands === written.commands && rows > commands),
          detail: `${written.commands} commands, ${rates[0]?.rows} rows`,
        },
      ],
    };
  } finally {
    removeFolder(folder);
  }
}
