/** A run as one page that needs nothing else: no script, no font, no network. */
import type { BenchRun } from "../bench-run.js";
import { type Figure, isGoalMet } from "../figure.js";
import { noiseSentence } from "../noise.js";
import { goalText, machineLines, valueText } from "../print.js";
import type { SuiteRun } from "../suite.js";
import { chartSvg } from "./chart-svg.js";
import { escaped } from "./escape.js";
import { linesOfLeftOut } from "./left-out.js";
import { WHAT_PROFILED_SAYS } from "../whole-run.js";
import { styleOf } from "./style.js";

/** The page, given the terminal's tokens. */
export function reportHtml(run: BenchRun, tokens: string): string {
  const { machine, noise, suites, rounds, isQuick, isProfiled, tookS } = run;
  const title = `Jware Trader bench, ${machine.startedAt.slice(0, 10)}`;
  const minutes = `${Math.round(tookS / 6) / 10} minutes`;
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>`,
    `<style>${styleOf(tokens)}</style></head><body>`,
    `<h1>${title}</h1>`,
    ...machineLines(machine).map((line) => `<p>${escaped(line)}</p>`),
    `<p>Medians of ${rounds} interleaved rounds where nothing else is said${isQuick ? "; a quick look, not figures to publish" : ""}. Ratios are taken within each round. The run took ${minutes}.</p>`,
    isProfiled === true ? `<p class="noisy">The run was profiled, ${WHAT_PROFILED_SAYS}: they are not to be published.</p>` : "",
    `<p class="${noise.isNoisy ? "noisy" : ""}">${escaped(noiseSentence(noise))}</p>`,
    `<nav>${suites.map(({ name }) => `<a href="#${name}">${name}</a>`).join("")}</nav>`,
    goalsSection(suites),
    leftOutSection(run),
    ...suites.map(suiteSection),
    "</body></html>\n",
  ].join("\n");
}

function goalsSection(suites: readonly SuiteRun[]): string {
  const rows = suites.flatMap(({ name, figures }) =>
    figures.filter((figure) => isGoalMet(figure) !== undefined).map((figure) => goalRow(name, figure)),
  );
  if (rows.length === 0) return "";
  const head =
    "<tr><th>suite</th><th>part</th><th>figure</th><th class=number>median</th><th class=number>range</th><th class=number>goal</th><th></th></tr>";
  return `<h2>Goals</h2><table><thead>${head}</thead><tbody>${rows.join("")}</tbody></table>`;
}

function leftOutSection(run: BenchRun): string {
  const lines = linesOfLeftOut(run);
  if (lines.length === 0) return "";
  return `<h2>Without figures</h2><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`;
}

function goalRow(suite: string, figure: Figure): string {
  const isMet = isGoalMet(figure) === true;
  const verdict = `<td class="${isMet ? "met" : "missed"}">${isMet ? "met" : "missed"}</td>`;
  return `<tr><td>${suite}</td>${nameCells(figure)}${numberCells(figure)}<td class=number>${escaped(goalText(figure))}</td>${verdict}</tr>`;
}

const nameCells = ({ part = "", name }: Figure): string => `<td>${part}</td><td>${escaped(name)}</td>`;

function numberCells({ value, unit, range }: Figure): string {
  const spread = range === undefined ? "" : `${valueText(range[0], unit)} to ${valueText(range[1], unit)}`;
  return `<td class=number>${escaped(valueText(value, unit))}</td><td class=number>${escaped(spread)}</td>`;
}

function suiteSection({ name, tookS, figures, checks, charts }: SuiteRun): string {
  const right = checks.filter(({ passed }) => passed).length;
  const isAllRight = right === checks.length;
  const checkRows = checks.map(
    (check) =>
      `<tr><td class="${check.passed ? "met" : "missed"}">${check.passed ? "right" : "WRONG"}</td><td>${check.part ?? ""}</td><td>${escaped(check.name)}</td><td>${escaped(check.detail)}</td></tr>`,
  );
  return [
    `<section id="${name}"><h2>${name}</h2>`,
    `<div class="charts">${charts.map(chartSvg).join("")}</div>`,
    `<details open><summary>${figures.length} figures, ${Math.round(tookS)} s</summary><table><thead><tr><th>part</th><th>figure</th><th class=number>median</th><th class=number>range</th><th class=number>rounds</th><th class=number>samples a round</th><th class=number>warm-up</th></tr></thead><tbody>${figures.map(figureRow).join("")}</tbody></table></details>`,
    `<details${isAllRight ? "" : " open"}><summary>${right} of ${checks.length} checks right</summary><table><tbody>${checkRows.join("")}</tbody></table></details>`,
    "</section>",
  ].join("\n");
}

function figureRow(figure: Figure): string {
  const count = (value: number | undefined) => (value === undefined ? "" : value.toLocaleString("en-US"));
  return `<tr>${nameCells(figure)}${numberCells(figure)}<td class=number>${figure.rounds.length}</td><td class=number>${count(figure.n)}</td><td class=number>${count(figure.warmUp)}</td></tr>`;
}
