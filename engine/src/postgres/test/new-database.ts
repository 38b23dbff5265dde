/** Empty databases of a server that a test file started: one server serves all its tests. */
import { connectPostgres } from "../connect.js";
import type { EmbeddedPostgres } from "../embedded.js";

let count = 0;

/** Makes one; gives its URL. */
export async function newDatabase(server: EmbeddedPostgres): Promise<string> {
  count += 1;
  const admin = connectPostgres(server.url, { max: 1 });
  await admin.unsafe(`CREATE DATABASE test_${count}`);
  await admin.end();
  return server.url.replace(/jware$/, `test_${count}`);
}
