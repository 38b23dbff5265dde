/** The same routes by `node:http` alone, without any check: the floor of HTTP in Node. Prints its port. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type OrderBody, replyTo } from "./order-reply.js";

const FIRST = JSON.stringify({ clOrdId: "L1", orderId: "1", ordStatus: "new", leavesQty: "1" });

const server = createServer((request, response) => {
  const end = (text: string) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    response.end(text);
  };
  if (request.method !== "POST") return end(FIRST);
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => end(JSON.stringify(replyTo(JSON.parse(Buffer.concat(chunks).toString()) as OrderBody))));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
