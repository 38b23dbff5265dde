import { expect, it } from "vitest";
import { createLogger } from "./logger.js";

function capture() {
  const lines: string[] = [];
  const logger = createLogger({
    level: "info",
    component: "test",
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { lines, logger };
}

it("names the component and the level in words", () => {
  const { lines, logger } = capture();
  logger.info({ requestId: "r-1" }, "served");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ component: "test", level: "info", requestId: "r-1", msg: "served" });
});

it("writes nothing below its level", () => {
  const { lines, logger } = capture();
  logger.debug("quiet");
  expect(lines).toEqual([]);
});

it.each([
  { password: "hunter2" },
  { body: { password: "hunter2" } },
  { req: { headers: { authorization: "Bearer hunter2", cookie: "rt=hunter2" } } },
  { res: { headers: { "set-cookie": "rt=hunter2" } } },
  { session: { refreshToken: "hunter2" } },
  { config: { databaseUrl: "postgres://jware:hunter2@db/jware" } },
])("never writes the secret in %j", (fields) => {
  const { lines, logger } = capture();
  logger.info(fields, "spoken");
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain("hunter2");
  expect(lines[0]).toContain("[redacted]");
});
