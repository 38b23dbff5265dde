/**
 * What an order by REST takes, in durable mode: HTTP, token, JSON, core, disk, JSON. At a rate below the limit that every user
 * has, so that no request is turned away; the tool counts in whole milliseconds.
 */
import autocannon from "autocannon";
import { EngineUnderTest } from "../engine-under-test.js";
import { removeFolder } from "../scratch.js";
import { figureOf, type SuiteResult } from "../figure.js";
import { orderBodies } from "./order-body.js";

const SYMBOL = "BTC-USD";
const PRICE_DISCOUNT = 0.05;
const SIM_RATE = 60;
/** The platform allows 100 in 2 seconds. */
const ORDERS_PER_SECOND = 40;
const MEASURE_S = 5;
/** At that rate hardly any code becomes warm; what is loaded and connected with the first requests is in no figure. */
const WARM_UP_S = 2;

export async function durableOrder(): Promise<SuiteResult> {
  const engine = await EngineUnderTest.start({ ack: "durable", simRate: SIM_RATE });
  try {
    const { token } = await engine.signIn();
    const price = ((await engine.bestBid(SYMBOL, token)) * (1 - PRICE_DISCOUNT)).toFixed(2);
    const warmUp = await place(engine.pageUrl, token, price, WARM_UP_S);
    const result = await place(engine.pageUrl, token, price, MEASURE_S);
    const accepted = [warmUp, result].reduce((sum, { statusCodeStats }) => sum + (statusCodeStats?.["201"]?.count ?? 0), 0);
    const total = warmUp.requests.total + result.requests.total;
    const samples = { n: result.requests.total, warmUp: warmUp.requests.total };
    return {
      figures: [
        figureOf("order by REST, durable, p50", "ms", [result.latency.p50], undefined, samples),
        figureOf("order by REST, durable, p99", "ms", [result.latency.p99], undefined, samples),
      ],
      checks: [
        {
          name: "every order by REST",
          passed: accepted === total && result.requests.total > 0,
          detail: `${accepted} of ${total} answered 201`,
        },
        await engine.leftNoOrder(token),
      ],
    };
  } finally {
    await engine.stop();
    removeFolder(engine.dataDir);
  }
}

function place(pageUrl: string, token: string, price: string, duration: number): Promise<autocannon.Result> {
  const body = orderBodies({ symbol: SYMBOL, orderQty: "0.0001", price });
  return autocannon({
    url: pageUrl,
    connections: 1,
    overallRate: ORDERS_PER_SECOND,
    duration,
    requests: [
      {
        method: "POST",
        path: "/api/v1/orders",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        setupRequest: (request) => ({ ...request, body: body() }),
      },
    ],
  });
}
