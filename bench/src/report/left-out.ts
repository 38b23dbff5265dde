/** What a run has no figures of, one line each: what was not run, what could not be, and what was wrong. */
import type { BenchRun } from "../bench-run.js";
import type { Check } from "../figure.js";

export function linesOfLeftOut({
  isQuick,
  hasNamedParts,
  suites,
}: Pick<BenchRun, "isQuick" | "hasNamedParts" | "suites">): readonly string[] {
  // Whoever names parts has asked a quick look for each of them, too.
  const why = isQuick && hasNamedParts !== true ? "not in this quick look" : "not asked for";
  return suites.flatMap(({ name, notAsked = [], checks }) => {
    const place = ({ part }: Check) => (part === undefined ? name : `${name}/${part}`);
    const wrong = new Set(checks.filter(({ passed }) => !passed).map(place));
    return [
      ...notAsked.map((part) => `${name}/${part}: ${why}`),
      ...checks.filter(({ isLeftOut }) => isLeftOut === true).map((check) => `${place(check)}, ${check.name}: ${check.detail}`),
      ...[...wrong].map((part) => `${part}: it was wrong`),
    ];
  });
}
