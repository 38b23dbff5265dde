/** The folder of a proof's run: gone with a sound run, kept and named where one failed, since chance rarely repeats itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Judged {
  /** What was wrong; empty in a sound run. */
  readonly broken: readonly string[];
}

/** Where logs, journal and database of a failed run are. */
export interface Kept {
  readonly folder: string | undefined;
}

/** Runs it in a new folder. Where it throws, the error names the folder. */
export async function inFolder<Report extends Judged>(
  name: string,
  run: (folder: string) => Promise<Report>,
): Promise<Report & Kept> {
  const folder = mkdtempSync(join(tmpdir(), `jware-${name}-`));
  let report: Report;
  try {
    report = await run(folder);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nWhat the run left is in ${folder}`, {
      cause: error,
    });
  }
  if (report.broken.length > 0) return { ...report, folder };
  rmSync(folder, { recursive: true, force: true });
  return { ...report, folder: undefined };
}
