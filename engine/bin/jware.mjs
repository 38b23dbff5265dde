#!/usr/bin/env node
// `npx jware <tool>` in a checkout: says what is missing where nothing is built yet, else runs the tool.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const triple = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
const NEEDED = [
  ["the native core", new URL(`../../core-native/jware-core.${triple}.node`, import.meta.url)],
  ["the compiled TypeScript", new URL("../dist/tools/cli.js", import.meta.url)],
];
const EXIT_UNAVAILABLE = 69;

const missing = NEEDED.filter(([, url]) => !existsSync(fileURLToPath(url))).map(([what]) => what);
if (missing.length > 0) {
  process.stderr.write(`jware: ${missing.join(" and ")} must be built first: run npm start once.\n`);
  process.exit(EXIT_UNAVAILABLE);
}
// Whoever reads us may stop reading: `jware journal dump | head`.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 74));
const [, cli] = NEEDED[1];
const { runCli } = await import(cli.href);
process.exitCode = await runCli(process.argv.slice(2));
