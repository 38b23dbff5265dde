// A market maker in 40 lines: keeps a bid and an offer at the best prices of one symbol, and ends flat.
// With the platform running (`npm start`): npx tsx client/typescript/examples/bot.ts [symbol] [seconds] [quantity]
import { readFileSync } from "node:fs";
import { connect, OrderRefused, type SideName } from "@jware/client";

const { urls, users } = JSON.parse(readFileSync(process.env.JWARE_CREDENTIALS ?? ".jware/credentials.json", "utf8"));
const client = await connect({ url: urls.page, ...users.trader, clientName: "example bot", cancelOnDisconnect: true });
const [symbol = client.instruments[0]?.symbol ?? "", seconds = "30", orderQty = "0.1"] = process.argv.slice(2);
const busy = new Set<SideName>();

client.on("execution", ({ execType, lastQty, lastPx, order }) => {
  if (execType === "trade") console.log(`${order.side} ${lastQty} ${symbol} at ${lastPx}`);
});
client.on("quote", ({ bid, ask }) => {
  if (bid !== undefined) void quote("buy", bid.price);
  if (ask !== undefined) void quote("sell", ask.price);
});

async function quote(side: SideName, price: string): Promise<void> {
  const order = client.orders.find((each) => each.symbol === symbol && each.side === side);
  if (busy.has(side) || order?.price === price) return;
  busy.add(side);
  const sent = order ? client.replace(order, { price }) : client.submit({ symbol, side, ordType: "limit", orderQty, price });
  await sent.catch((error) => {
    // An order that filled while it was being moved is no accident.
    if (!(error instanceof OrderRefused && error.rule === "ORDER_CLOSED")) console.log(`${side} at ${price}: ${error}`);
  });
  busy.delete(side);
}

await client.subscribe({ symbols: [symbol], channels: ["quote"] });
await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
await client.unsubscribe({ symbols: [symbol], channels: ["quote"] });
console.log(`canceled ${(await client.cancelAll({ symbol })).canceledCount}`);
for (const { qty } of client.positions.filter((each) => each.symbol === symbol && /[1-9]/.test(each.qty))) {
  const exit = { symbol, ordType: "market", orderQty: qty.replace("-", ""), reduceOnly: true } as const;
  await client.completion(await client.submit({ ...exit, side: qty.startsWith("-") ? "buy" : "sell" }));
}
console.log(client.positions, client.balances, `round trip ${client.rttMs?.toFixed(2)} ms`);
client.close();
