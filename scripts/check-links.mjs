// Relative links in the pages of the repository lead to files that exist. Prints each that does not.
import { existsSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { ROOT } from "./root.mjs";

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** Links of one page that lead nowhere. `page` is a path from the root. */
export function brokenLinks(page, text, exists = (path) => existsSync(join(ROOT, path))) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(LINK)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:|^#/.test(target))
    .filter((target) => !exists(join(dirname(page), decodeURI(target.split("#", 1)[0]))))
    .map((target) => `${page}: ${target} does not exist`);
}

/** Over every page that git knows or would add. */
export function linkProblems() {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const pages = listed.split("\n").filter((page) => page !== "" && existsSync(join(ROOT, page)));
  return pages.flatMap((page) => brokenLinks(page, readFileSync(join(ROOT, page), "utf8")));
}
