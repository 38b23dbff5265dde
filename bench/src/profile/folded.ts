/** What `perf script` prints, as stacks with the number of samples that had them. Pure. */

/** Names from the outermost call to the innermost. */
export interface Stack {
  readonly frames: readonly string[];
  readonly count: number;
}

/** `7f0b867c5a10 name+0x1b (/usr/bin/node)`: the name may hold spaces and parentheses. */
const FRAME = /^\s+[0-9a-f]+ (.+?)(?:\+0x[0-9a-f]+)? \(([^()]*(?:\([^()]*\)[^()]*)*)\)$/;
const SEPARATOR = "\n";

export function foldedStacks(perfScript: string, root: string): readonly Stack[] {
  const counts = new Map<string, number>();
  for (const sample of perfScript.split(/\n\s*\n/)) {
    const frames = sample
      .split("\n")
      .flatMap((line) => {
        const [, name, place] = FRAME.exec(line) ?? [];
        return name === undefined ? [] : [nameOf(name, place ?? "", root)];
      })
      .reverse();
    if (frames.length === 0) continue;
    const key = frames.join(SEPARATOR);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ frames: key.split(SEPARATOR), count }));
}

/** Without the folder of the checkout; what has no name goes by the file that it is in. */
function nameOf(name: string, place: string, root: string): string {
  const short = name
    .replace(/^(?:LazyCompile|Function|JS|Script|Eval):[~*^+]?/, "")
    .replaceAll(`file://${root}/`, "")
    .replaceAll(`${root}/`, "");
  return short === "[unknown]" ? `[${place.split("/").at(-1) ?? "unknown"}]` : short;
}
