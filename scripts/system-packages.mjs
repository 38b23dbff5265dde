// Programs that only tests need: Chromium for the terminal, redis-server for the Redis suites.
//
// As root on Debian they are installed from Debian's packages, and the screen says so. Anywhere else nothing is installed:
// the command is named and those suites count as skipped.
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lastLines, run } from "./run.mjs";
import { seconds } from "./root.mjs";

const PROGRAMS = [
  {
    name: "Chromium",
    debianPackage: "chromium",
    brew: "brew install --cask chromium",
    variable: "JWARE_CHROMIUM",
    candidates: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    places: [
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
  },
  {
    name: "redis-server",
    debianPackage: "redis-server",
    brew: "brew install redis",
    candidates: ["redis-server"],
    places: [],
  },
];

/** Where a program is: its variable, then the PATH, then well-known places; undefined where it is not. */
export function findProgram({ variable, candidates, places }, env = process.env) {
  const given = variable === undefined ? undefined : env[variable];
  if (given !== undefined && isExecutable(given)) return given;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...candidates.flatMap((name) => folders.map((folder) => join(folder, name))), ...places].find(isExecutable);
}

/** Where a browser is, for whoever can do without one. */
export const findChromium = () => findProgram(PROGRAMS[0]);

/**
 * Finds the programs, installing what is missing where that is allowed. Returns the environment that tells the tests where
 * they are, and the names of those still missing.
 */
export async function systemPackages(print = (text) => process.stdout.write(text)) {
  const missing = PROGRAMS.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0 && isRootOnDebian())
    await install(
      missing.map((program) => program.debianPackage),
      print,
    );
  const env = {};
  const stillMissing = [];
  for (const program of PROGRAMS) {
    const path = findProgram(program);
    if (path !== undefined) {
      if (program.variable !== undefined) env[program.variable] = path;
    } else {
      stillMissing.push(program.name);
      print(`${program.name} not found: its suites are skipped. To install it: ${installCommand(program)}\n`);
    }
  }
  return { env, missing: stillMissing };
}

const isRootOnDebian = () => process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");

const installCommand = ({ debianPackage, brew }) =>
  process.platform === "darwin" ? brew : `sudo apt-get install -y ${debianPackage}`;

async function install(packages, print) {
  const startMs = performance.now();
  print(`Installing ${packages.join(" and ")} from Debian's packages, for the tests ... `);
  // RUNLEVEL=1 keeps Debian from starting the service that redis-server brings.
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const command = ["install", "-y", "--no-install-recommends", ...packages];
  let result = await run("apt-get", command, { env });
  if (result.code !== 0) {
    await run("apt-get", ["update"], { env });
    result = await run("apt-get", command, { env });
  }
  print(result.code === 0 ? `${seconds(startMs)}\n` : `failed after ${seconds(startMs)}\n${lastLines(result.output)}\n`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
