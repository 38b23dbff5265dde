/** A trader who is signed in at a scripted server, ready to send orders. */
import { ClientBody, type ClientFrame, NewOrderSingle } from "@jware/schemas/wire";
import { type Client, type ClientOptions, connect, type Order } from "../index.js";
import { ScriptedServer } from "./scripted-server.js";

export const LIMIT_BUY = { symbol: "BTCUSDT", side: "buy", ordType: "limit", orderQty: "0.01000", price: "61837.63" } as const;

export class OrderScene {
  readonly server: ScriptedServer;
  readonly client: Client;

  private constructor(server: ScriptedServer, client: Client) {
    this.server = server;
    this.client = client;
  }

  static async start(options: ClientOptions = {}): Promise<OrderScene> {
    const server = new ScriptedServer();
    await server.start();
    const signIn = { url: server.url, username: "trader", password: "secret" };
    return new OrderScene(server, await connect({ ...signIn, backoffMsMin: 5, backoffMsMax: 20, ...options }));
  }

  end(): void {
    this.client.close();
    this.server.stop();
  }

  /** Submits, and lets the server accept it. */
  async accepted(orderId = 900n): Promise<Order> {
    const submitted = this.client.submit(LIMIT_BUY);
    const { frame } = await this.server.next(ClientBody.NewOrderSingle);
    this.server.account.execution({ orderId, clOrdId: newOrderOf(frame).clOrdId() ?? "" });
    return submitted;
  }

  /** Lets everything that the server sent so far arrive. */
  settled(): Promise<unknown> {
    const seen = new Promise((resolve) => {
      const stop = this.client.on("balance", (balance) => {
        stop();
        resolve(balance);
      });
    });
    this.server.account.balance();
    return seen;
  }
}

export const newOrderOf = (frame: ClientFrame): NewOrderSingle => frame.body(new NewOrderSingle()) as NewOrderSingle;
