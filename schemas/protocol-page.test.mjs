// The protocol's pages against the schemas: nothing that can be on the wire goes without a word.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const read = (...path) => readFileSync(join(here, "..", ...path), "utf8");
const reference = read("docs", "protocol-reference.md");
const page = read("docs", "protocol.md");

/** What flatc made a class of, and so what it knows as a table, struct, enum or union. */
const compiled = readdirSync(join(here, "gen/python/jware/wire"))
  .filter((name) => name.endsWith(".py") && !name.startsWith("__"))
  .map((name) => name.slice(0, -3));
const source = readdirSync(join(here, "fbs"))
  .map((name) => read("schemas", "fbs", name))
  .join("\n");

/** The rows of a definition's section on the reference page. */
function rowsOf(name) {
  const [, section = ""] = reference.split(new RegExp(`^### ${name}$`, "m"));
  return [...section.split(/^##/m)[0].matchAll(/^\| `(\w+)` \|/gm)].map(([, row]) => row);
}

/** What flatc says that a definition has: accessors of tables and structs, constants of enums and unions. */
function membersOf(name) {
  const python = read("schemas", "gen", "python", "jware", "wire", `${name}.py`);
  const constants = [...python.matchAll(/^ {4}(\w+) = \d+$/gm)].map(([, constant]) => constant);
  if (constants.length > 0) return constants.map((constant) => constant.replace(/_$/, ""));
  const accessors = [...python.matchAll(/^ {4}# (?:\w+)\n {4}def (\w+)\(self/gm)].map(([, accessor]) => accessor);
  return accessors.filter(
    (accessor) => !/^Init$|(Length|AsNumpy|IsNone|Type)$/.test(accessor) || accessor === "OrdType" || accessor === "ExecType",
  );
}
const snake = (name) => name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();

describe("the reference of the protocol", () => {
  it("has every definition that flatc knows, and no other", () => {
    const sections = [...reference.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(compiled.sort());
  });

  it.each(compiled)("names every member of %s", (name) => {
    const rows = rowsOf(name);
    const isEnum = rows.some((row) => /^[A-Z]/.test(row));
    const members = membersOf(name).map((member) => (isEnum ? member : snake(member)));
    expect(members.length).toBeGreaterThan(0);
    const implicit = new RegExp(`^union ${name} `, "m").test(source) ? ["NONE"] : [];
    expect(members.filter((member) => !rows.includes(member) && !implicit.includes(member))).toEqual([]);
  });
});

describe("the page of the protocol", () => {
  it.each(["ClientBody", "ServerBody", "BatchBody"])("tells what each body of %s is for", (union) => {
    const words = new Set(page.match(/\w+/g));
    expect(rowsOf(union).filter((body) => !words.has(body) && !words.has(`${body}s`))).toEqual([]);
  });

  it("leads to the reference and to the codes of refusals", () => {
    expect(page).toContain("](protocol-reference.md)");
    expect(page).toContain("](refusals.md)");
  });

  it("and every code is on its page", () => {
    const codes = JSON.parse(read("schemas", "refusals.json")).refusals;
    const told = read("docs", "refusals.md");
    for (const { code, name } of codes) expect(told).toContain(`| ${code} | \`${name}\` |`);
  });
});
