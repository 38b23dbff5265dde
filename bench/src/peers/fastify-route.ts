/** A Fastify server with nothing but routes of the shape of ours: a schema in, a schema out. Prints its port. */
import Fastify from "fastify";
import { ORDER_SCHEMA, type OrderBody, REPLY_SCHEMA, replyTo } from "./order-reply.js";

const app = Fastify();
app.post<{ Body: OrderBody }>("/order", { schema: { body: ORDER_SCHEMA, response: { 200: REPLY_SCHEMA } } }, (request, reply) => {
  reply.send(replyTo(request.body));
});
app.get("/order", { schema: { response: { 200: REPLY_SCHEMA } } }, (_request, reply) => {
  reply.send({ clOrdId: "L1", orderId: "1", ordStatus: "new", leavesQty: "1" });
});
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
if (address === null || typeof address === "string") throw new Error("a listening server has a port");
process.stdout.write(`${address.port}\n`);
