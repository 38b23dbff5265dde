// Reads the FlatBuffers schemas as people do: every table, struct, enum and union with its fields, numbers and comments.

/** Definitions of a schema's text, in its order. */
export function readSchema(text) {
  const definitions = [];
  let docs = [];
  let open;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    const doc = /^\/\/\/ ?(.*)$/.exec(line);
    if (doc !== null) {
      docs.push(doc[1]);
      continue;
    }
    const head = /^(table|struct|enum|union) (\w+)[^{]*\{(.*)$/.exec(line);
    if (head !== null) {
      open = { kind: head[1], name: head[2], doc: docs.join(" "), members: [] };
      definitions.push(open);
      docs = [];
    }
    if (open !== undefined) {
      const body = (head === null ? line : head[3]).replace(/\}.*$/, "").replace(/\/\/.*$/, "");
      const parts = open.kind === "enum" || open.kind === "union" ? body.split(",") : body.split(";");
      for (const part of parts.map((each) => each.trim()).filter((each) => each !== "")) {
        open.members.push({ ...member(open, part), doc: docs.join(" ") });
        docs = [];
      }
      if (line.includes("}")) open = undefined;
    }
    if (line === "" || head !== null) docs = [];
  }
  return definitions;
}

function member({ kind, members }, text) {
  if (kind === "union") return { name: text, type: "" };
  if (kind === "enum") {
    const [name, number] = text.split("=").map((each) => each.trim());
    return { name, type: number ?? String(1 << members.length) };
  }
  const [name, type] = text.split(":").map((each) => each.trim());
  return { name, type };
}

const TITLES = {
  "session.fbs": "Session",
  "order_entry.fbs": "Orders, accounts, limits",
  "market_data.fbs": "Market data",
  "wire.fbs": "Frames",
};

/** The reference page of schemas, by file name. */
export function referencePage(schemas, banner) {
  const parts = Object.entries(TITLES).map(([file, title]) => {
    const definitions = readSchema(schemas[file]);
    return `## ${title}\n\n${definitions.map(section).join("\n")}`;
  });
  return `<!-- ${banner} -->
# Reference of the binary protocol

Every message, field and value, from [the schemas](../schemas/fbs). How they are used: [protocol.md](protocol.md); the codes of
refusals: [refusals.md](refusals.md). A field that is left out reads as 0, false or empty; enum value 0 is always "not given".

${parts.join("\n")}`;
}

function section({ kind, name, doc, members }) {
  const row = ({ name: field, type, doc: says }) => `| \`${field}\` | ${type === "" ? "" : `\`${type}\``} | ${says} |`;
  const head = kind === "enum" ? "| value | number | |" : kind === "union" ? "| body | | |" : "| field | type | |";
  const rows = members.map(row).join("\n");
  return `### ${name}\n\n${doc === "" ? "" : `${doc}\n\n`}${head}\n| --- | --- | --- |\n${rows}\n`;
}
