/** A unix socket in front of the database's, which cuts the connection at a chosen moment. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CuttingProxy {
  readonly url: string;
  /**
   * Cuts the next connection whose client sends these bytes: `before` they reach the server, or `after`, when the server has
   * answered and the answer has not been passed on. Resolves when it has been cut.
   */
  cut(bytes: string, when: "before" | "after"): Promise<void>;
  close(): Promise<void>;
}

const SOCKET_NAME = ".s.PGSQL.5432";

export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = join(decodeURIComponent(new URL(databaseUrl).hostname), SOCKET_NAME);
  const dir = await mkdtemp(join(tmpdir(), "jw-proxy-"));
  const sockets = new Set<Socket>();
  let plan: { bytes: string; when: "before" | "after"; done: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(target);
    let isMute = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (data) => {
      const due = plan !== undefined && data.includes(plan.bytes) ? plan : undefined;
      if (due !== undefined) plan = undefined;
      if (due?.when === "before") {
        end();
        due.done();
        return;
      }
      if (due?.when === "after") {
        isMute = true;
        upstream.once("data", () => {
          end();
          due.done();
        });
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (!isMute) client.write(data);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(join(dir, SOCKET_NAME), resolve);
  });

  return {
    url: databaseUrl.replace(new URL(databaseUrl).hostname, encodeURIComponent(dir)),
    cut: (bytes, when) =>
      new Promise((done) => {
        plan = { bytes, when, done };
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(dir, { recursive: true });
    },
  };
}
