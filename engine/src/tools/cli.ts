/** `jware <words>`: finds the tool that the words name, gives it the rest, and ends with its exit code. */
import { journalCopy } from "./journal-copy.js";
import { journalDump } from "./journal-dump.js";
import { journalExport } from "./journal-export.js";
import { journalReplay } from "./journal-replay.js";
import { journalStat } from "./journal-stat.js";
import { journalVerify } from "./journal-verify.js";
import { projectionCheck } from "./projection-check.js";
import { projectionRate } from "./projection-rate.js";
import { projectionRebuild } from "./projection-rebuild.js";
import { snapshot } from "./snapshot.js";
import { TerminalScreen, type Streams } from "./terminal-screen.js";
import { EXIT, UsageError, codeOf, exitCodeOf, type Tool } from "./tool.js";

/** Every tool, in the order of the help text. */
const TOOLS: readonly Tool[] = [
  journalVerify,
  journalStat,
  journalDump,
  journalExport,
  journalReplay,
  journalCopy,
  snapshot,
  projectionCheck,
  projectionRebuild,
  projectionRate,
];

const STREAMS: Streams = { out: process.stdout, err: process.stderr, nowMs: () => performance.now() };

/** Runs one command line, without `jware` itself. Resolves with the exit code. */
export async function runCli(
  args: readonly string[],
  tools: readonly Tool[] = TOOLS,
  streams: Streams = STREAMS,
): Promise<number> {
  const isJson = args.includes("--json");
  const words = args.filter((arg) => arg !== "--json");
  const screen = new TerminalScreen(isJson, streams);
  const isHelpWanted = words.some((word) => word === "--help" || word === "-h");
  const tool = toolOf(words, tools);
  if (tool === undefined) {
    const named = words.filter((word) => !word.startsWith("-"));
    if (isHelpWanted && (named.length === 0 || tools.some((each) => each.words.startsWith(`${named.join(" ")} `)))) {
      screen.print(helpText(tools, named));
      return EXIT.OK;
    }
    screen.complain(unknownText(named, tools));
    return EXIT.USAGE;
  }
  if (isHelpWanted) {
    screen.print(usageText(tool));
    return EXIT.OK;
  }
  try {
    return await tool.run(words.slice(tool.words.split(" ").length), screen);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) screen.complain(`jware ${tool.words}: ${message}\n${usageText(tool)}`);
    else screen.complain(`jware ${tool.words}: ${message}`);
    if (isJson) screen.result({ error: { code: codeOf(error), message } }, "");
    return exitCodeOf(error);
  } finally {
    screen.clear();
  }
}

/** The tool whose words the line begins with, the longest first. */
function toolOf(words: readonly string[], tools: readonly Tool[]): Tool | undefined {
  const begins = (tool: Tool) => tool.words.split(" ").every((word, at) => words[at] === word);
  return tools.filter(begins).sort((left, right) => right.words.length - left.words.length)[0];
}

function helpText(tools: readonly Tool[], named: readonly string[]): string {
  const shown = tools.filter((tool) => named.length === 0 || tool.words.startsWith(`${named.join(" ")} `));
  const width = Math.max(...shown.map((tool) => tool.words.length), 0);
  return [
    "jware <tool> [options]: the operator's tools of Jware Trader",
    "",
    ...shown.map((tool) => `  ${tool.words.padEnd(width)}  ${tool.summary}`),
    "",
    "jware <tool> --help tells a tool's options; every tool takes --json.",
    "Exit codes: 0 well, 1 what was looked for is not so, 64 wrong usage, 69 a database or lock is not to be had,",
    "70 a fault of the program, 74 input or output failed, 78 the data would stop a start.",
  ].join("\n");
}

function usageText(tool: Tool): string {
  return `jware ${tool.words}: ${tool.summary}\n\n${tool.usage}`;
}

function unknownText(named: readonly string[], tools: readonly Tool[]): string {
  if (named.length === 0) return helpText(tools, named);
  const typed = named.slice(0, 2).join(" ");
  const distances = tools.map((tool) => ({ tool, distance: distance(typed, tool.words) }));
  const nearest = distances.sort((left, right) => left.distance - right.distance)[0];
  const meant = nearest === undefined ? "" : ` Did you mean jware ${nearest.tool.words}?`;
  return `jware has no tool called ${typed}.${meant} (jware --help lists them)`;
}

/** How many letters must be put in, taken out or changed to make one text of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const change = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
