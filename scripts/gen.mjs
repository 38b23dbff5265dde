// `npm run gen`: writes everything that is generated and committed: wire code in three languages, refusal codes, their page.
import { join } from "node:path";
import { run } from "./run.mjs";
import { ROOT, SetupError, main } from "./root.mjs";
import { setup } from "./setup.mjs";
import { NEEDS } from "./steps.mjs";

await main(async () => {
  await setup(NEEDS.packages);
  const result = await run(process.execPath, [join(ROOT, "schemas/generate.mjs")], { inherit: true });
  if (result.code !== 0) throw new SetupError("Generating failed.");
});
