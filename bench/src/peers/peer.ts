/** A peer's server in a process of its own. */
import { join } from "node:path";
import { ProfiledServer } from "../profile/profiler.js";
import { ROOT } from "../root.js";

export type PeerName = "uws-echo" | "ws-echo" | "fastify-route" | "node-route";

export interface Peer {
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<number>;
}

export async function startPeer(name: PeerName, cpu: number | undefined): Promise<Peer> {
  const child = new ProfiledServer(name, [join(ROOT, `bench/dist/peers/${name}.js`)], cpu);
  const [port] = await child.line(/^\d+$/);
  return { port: Number(port), pid: child.pid, stop: () => child.stop() };
}
