import { expect, test } from "vitest";
import { runCli } from "./cli.js";
import { EXIT, exitCodeOf, UsageError, type Tool } from "./tool.js";

const tool = (words: string, run: Tool["run"]): Tool => ({ words, summary: `does ${words}`, usage: `  jware ${words} DIR`, run });

const TOOLS: readonly Tool[] = [
  tool("journal stat", async (args, screen) => {
    screen.result({ args }, `stat of ${args.join(" ")}`);
    return EXIT.OK;
  }),
  tool("journal verify", async () => EXIT.NOT_SO),
  tool("snapshot", async () => {
    throw new Error("JRN_ERR_LOCKED: another process has this journal open");
  }),
  tool("snapshot list", async (args) => {
    throw new UsageError(`no argument ${args[0]}`);
  }),
];

async function run(line: string, isTTY = false) {
  let [out, err, nowMs] = ["", "", 0];
  const streams = {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text), isTTY },
    nowMs: () => nowMs,
  };
  const slow = tool("slow", async (_, screen) => {
    for (let done = 0; done <= 12; done += 1) {
      nowMs = done * 1_000;
      screen.progress(done, 12, `${done} read`);
    }
    screen.print("ready");
    return EXIT.OK;
  });
  const code = await runCli(line.split(" ").filter(Boolean), [...TOOLS, slow], streams);
  return { code, out, err };
}

test("a tool gets what follows its words, and tells its result as text or JSON", async () => {
  expect(await run("journal stat some/dir")).toEqual({ code: 0, out: "stat of some/dir\n", err: "" });
  expect(await run("journal --json stat")).toMatchObject({ code: 0, out: '{"args":[]}\n' });
  expect(await run("journal verify")).toMatchObject({ code: 1, out: "" });
});

test("words that name no tool end with 64 and the nearest", async () => {
  const { code, out, err } = await run("journal stta");
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain("no tool called journal stta. Did you mean jware journal stat?");
  expect(await run("")).toMatchObject({ code: 64, out: "", err: expect.stringContaining("journal verify") });
});

test("help is of all tools, of a group, or of one", async () => {
  expect(await run("--help")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/journal stat {4}does.*\n.*\n.*\n.*snapshot list/),
  });
  const group = await run("journal --help");
  expect(group.out).toContain("journal verify");
  expect(group.out).not.toContain("snapshot");
  expect(await run("snapshot list --help")).toMatchObject({ code: 0, out: expect.stringContaining("jware snapshot list DIR") });
});

test("an error is one line with its code; the longest words win; wrong usage shows the usage", async () => {
  const locked = await run("snapshot --json");
  expect(locked.code).toBe(69);
  expect(JSON.parse(locked.out)).toMatchObject({ error: { code: "JRN_ERR_LOCKED" } });
  expect(locked.err).toBe("jware snapshot: JRN_ERR_LOCKED: another process has this journal open\n");
  expect(await run("snapshot list x")).toMatchObject({ code: 64, err: expect.stringContaining("no argument x") });
});

test("progress is a bar on a terminal, taken away before the result, and lines every 5 s elsewhere", async () => {
  const terminal = await run("slow", true);
  expect(terminal.err).toContain("[###############...............]  50% 6 read");
  expect(terminal.err.endsWith("\r\u001b[2K")).toBe(true);
  expect((await run("slow")).err).toBe("41% 5 read\n83% 10 read\n");
});

test.each([
  [{ code: "57P03", message: "the database system is starting up" }, EXIT.UNAVAILABLE],
  [{ code: "CONNECTION_CLOSED", message: "write CONNECTION_CLOSED" }, EXIT.UNAVAILABLE],
  [{ code: "ENOENT", syscall: "connect", message: "connect ENOENT /run/.s.PGSQL.5432" }, EXIT.UNAVAILABLE],
  [{ code: "28P01", message: "password authentication failed" }, EXIT.UNAVAILABLE],
  [{ code: "ENOTFOUND", syscall: "getaddrinfo", message: "getaddrinfo ENOTFOUND db" }, EXIT.UNAVAILABLE],
  [{ code: "EAI_AGAIN", syscall: "getaddrinfo", message: "getaddrinfo EAI_AGAIN db" }, EXIT.UNAVAILABLE],
  [{ code: "ECONNREFUSED", message: "" }, EXIT.UNAVAILABLE],
  [{ code: "ENOENT", syscall: "open", message: "ENOENT: no such file" }, EXIT.IO],
  [{ code: "EROFS", syscall: "mkdir", message: "EROFS: read-only file system" }, EXIT.IO],
  [{ message: "Cannot read properties of undefined" }, EXIT.INTERNAL],
  [{ code: "42P01", message: 'relation "orders" does not exist' }, EXIT.INTERNAL],
  [{ message: "ENG_ERR_PROJECTION_AHEAD: the database holds command 7" }, EXIT.DATA],
])("an error %j ends with %d", (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
