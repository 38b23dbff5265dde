import { afterEach, expect, test, vi } from "vitest";
import { UsageError } from "./tool.js";
import { databaseUrl, dataDir, journalDir, noWords, readArgs, untilOf, wholeNumber } from "./tool-args.js";

const KNOWN = ["data-dir", "database-url", "until", "from"];
afterEach(() => vi.unstubAllEnvs());
const read = (...args: readonly string[]) => readArgs(args, KNOWN);

test("options come with a space or an equals sign, words anywhere", () => {
  const { words, options } = read("--from", "3", "dir", "--until=a=b");
  expect(words).toEqual(["dir"]);
  expect([...options]).toEqual([
    ["from", "3"],
    ["until", "a=b"],
  ]);
});

test.each([
  [["--deep", "1"], "it has no option --deep"],
  [["--from"], "--from needs a value"],
  [["--from", "1", "--from", "2"], "--from is given twice"],
])("%j is refused", (args, sentence) => {
  expect(() => read(...args)).toThrow(new UsageError(sentence));
});

test("a journal is named by its folder or by the data folder, not by both", () => {
  expect(journalDir(read("/a/journal"))).toBe("/a/journal");
  expect(journalDir(read("--data-dir", "/a"))).toBe("/a/journal");
  expect(() => journalDir(read("/a", "--data-dir", "/b"))).toThrow(UsageError);
  expect(() => journalDir(read("/a", "/b"))).toThrow(UsageError);
});

test("folder and database are those that the platform takes: option, variable, default", () => {
  vi.stubEnv("JWARE_DATA_DIR", "/v");
  vi.stubEnv("DATABASE_URL", "postgres://host/a");
  expect([dataDir(read()), journalDir(read()), databaseUrl(read())]).toEqual(["/v", "/v/journal", "postgres://host/a"]);
  vi.stubEnv("JWARE_DATABASE_URL", "postgres://host/b");
  expect(databaseUrl(read())).toBe("postgres://host/b");
  const given = read("--data-dir", "/o", "--database-url", "postgresql://host/c");
  expect([dataDir(given), databaseUrl(given)]).toEqual(["/o", "postgresql://host/c"]);
  expect(() => databaseUrl(read("--database-url", "mysql://x"))).toThrow(UsageError);
  expect(() => noWords(read("word"))).toThrow(UsageError);
});

test("until is a sequence or a moment, in UTC where it names no zone", () => {
  expect(untilOf(read())).toEqual({});
  expect(untilOf(read("--until", "12"))).toEqual({ toSeq: 12 });
  const noon = { untilTsNs: "1769860800000999999" };
  expect(untilOf(read("--until", "2026-01-31T12:00:00Z"))).toEqual(noon);
  expect(untilOf(read("--until", "2026-01-31T12:00:00"))).toEqual(noon);
  expect(untilOf(read("--until", "2026-01-31T14:00:00+02:00"))).toEqual(noon);
  for (const text of ["noon", "-3", "2026-13-01"]) expect(() => untilOf(read("--until", text))).toThrow(UsageError);
  expect(() => wholeNumber(read("--from", "1.5"), "from")).toThrow(UsageError);
});
