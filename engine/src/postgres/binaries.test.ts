import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { locatePostgresBinaries, makeMissingSymlinks } from "./binaries.js";

it("names the way out on a platform that has no package", async () => {
  await expect(locatePostgresBinaries("sunos", "sparc")).rejects.toMatchObject({
    code: "ENG_ERR_POSTGRES_PLATFORM",
    message: expect.stringMatching(/sunos-sparc.*--database-url/),
  });
});

it("makes the library names that an installer without scripts leaves out, once", async () => {
  const packageDir = await mkdtemp(join(tmpdir(), "jw-pg-package-"));
  try {
    await mkdir(join(packageDir, "native", "lib"), { recursive: true });
    await writeFile(join(packageDir, "native", "lib", "libx.so.1.2"), "code");
    const links = [{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" }];
    await writeFile(join(packageDir, "native", "pg-symlinks.json"), JSON.stringify(links));
    await makeMissingSymlinks(packageDir);
    await makeMissingSymlinks(packageDir);
    expect(await readFile(join(packageDir, "native", "lib", "libx.so.1"), "utf8")).toBe("code");
  } finally {
    await rm(packageDir, { recursive: true });
  }
});
