import { describe, expect, it } from "vitest";
import { readOptions } from "./options.js";

const SUITES = { book: ["book"], durability: ["replay", "throughput"] };
const read = (line: string) => readOptions(line === "" ? [] : line.split(" "), SUITES);

describe("options", () => {
  it("run everything in five rounds where nothing is said, in fewer for a look", () => {
    expect(read("")).toMatchObject({ kind: "run", suites: ["book", "durability"], parts: undefined, rounds: 5, isQuick: false });
    expect(read("--quick")).toMatchObject({ rounds: 2, isQuick: true });
    expect(read("--quick --rounds 9")).toMatchObject({ rounds: 9 });
    expect(read("--quick --rounds 3 --against-baseline")).toMatchObject({ isAgainstBaseline: true });
    expect(read("--rounds 3 --write-readme")).toMatchObject({ writesReadme: true });
  });

  it("name suites and the parts of one", () => {
    expect(read("--suite durability --part replay")).toMatchObject({ suites: ["durability"], parts: ["replay"] });
    expect(read("--suite book --ops a.csv")).toMatchObject({ suites: ["book"], ops: "a.csv" });
    expect(read("--suite durability --profile")).toMatchObject({ isProfiled: true });
    // All by name are all.
    expect(read("--suite book,durability --write-readme")).toMatchObject({ writesReadme: true });
    expect(read("--suite durability,book")).toMatchObject({ suites: ["book", "durability"] });
  });

  it("know three other commands", () => {
    expect(read("compare a.json b.json")).toEqual({ kind: "compare", before: "a.json", after: "b.json" });
    expect(read("baseline a.json")).toEqual({ kind: "baseline", from: "a.json" });
    expect(read("report a.json --html b.html")).toMatchObject({
      kind: "report",
      from: "a.json",
      html: "b.html",
      writesReadme: false,
    });
  });

  it.each([
    ["--suite spine", "There is no suite spine; there are book, durability."],
    ["--suite book,", '--suite is names with commas between them, not "book,".'],
    ["--part replay", "--part needs --suite with the one suite that they are of."],
    ["--suite book --part replay", "There is no part replay in book; there are book."],
    ["--rounds 0", '--rounds is a number from 1 to 999, not "0".'],
    ["--quick --against-baseline", "--against-baseline needs --rounds 3 or more: with 2 nothing can be told."],
    ["--quick --rounds 3 --write-readme", "--write-readme needs a whole run: without --quick, --suite and --part."],
    ["--suite book --write-readme", "--write-readme needs a whole run: without --quick, --suite and --part."],
    ["--rounds 2 --write-readme", "--write-readme needs --rounds 3 or more: with 2 nothing can be told."],
    ["--rounds 2 --against-baseline", "--against-baseline needs --rounds 3 or more: with 2 nothing can be told."],
    ["--ops a.csv", "--ops needs --suite book: no other suite takes operations."],
    ["--suite book,durability --ops a.csv", "--ops needs --suite book: no other suite takes operations."],
    ["--profile", "--profile needs --suite, and nothing to compare with: the profiler is in every figure."],
    [
      "--suite book,durability --profile",
      "--profile needs --suite, and nothing to compare with: the profiler is in every figure.",
    ],
    [
      "--suite book --profile --against-baseline",
      "--profile needs --suite, and nothing to compare with: the profiler is in every figure.",
    ],
    ["--round 3", "There is no option --round; --help lists them."],
    ["--json", "Option '--json <value>' argument missing; --help tells how."],
    ["compare a.json", "compare takes two files that --json wrote: the older and the newer."],
    ["report a.json", "report takes one file that --json wrote, and --html <file> or --write-readme."],
    ["measure", "There is no command measure; there are compare, baseline and report, and none to measure."],
  ])("%s is told in one sentence", (line, sentence) => {
    expect(() => read(line)).toThrow(sentence);
  });
});
