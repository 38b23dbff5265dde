// Runs a function of the engine's tests, which share their code with the proofs, in a process of its own: it is TypeScript.
import { join } from "node:path";
import { ROOT } from "../root.mjs";
import { run } from "../run.mjs";
import { lastJson } from "./proof.mjs";

/** Calls `name(argument)` exported by a file of engine/src; resolves with its result, and prints lines that are no JSON. */
export async function runEngine(file, name, argument) {
  const path = JSON.stringify(join(ROOT, "engine/src", file));
  const source = `import { ${name} } from ${path};
    const tell = (done) => console.error(\`  \${done} done\`);
    console.log(JSON.stringify(await ${name}(${JSON.stringify(argument)}, tell)));
    process.exit(0);`;
  const onLine = (line) => line.startsWith("{") || process.stdout.write(`${line}\n`);
  const { code, output } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source], { onLine });
  const result = lastJson(output);
  if (code !== 0 || result === undefined) throw new Error(`the proof did not end (code ${code})`);
  return result;
}
