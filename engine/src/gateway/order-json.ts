/** Orders, positions and balances in the form that REST gives, from whatever source. */
import type { AccountView, InstrumentView, OrderView, PositionView } from "@jware/core-native";
import { formatDecimal } from "@jware/schemas";
import type { Static } from "@fastify/type-provider-typebox";
import {
  formatFillAverage,
  formatPositionAverage,
  formatPrice,
  formatQty,
  formatQuoteMoney,
  type InstrumentCatalog,
} from "./instrument-catalog.js";
import type { OrderFacts } from "./order-answer.js";
import type { Balance, OrderJson, Position } from "./shapes.js";

const NS_PER_MS = 1_000_000n;

export const msOfNs = (tsNs: bigint): number => Number(tsNs / NS_PER_MS);

export function orderJson(order: OrderFacts, account: string, instrument: InstrumentView): OrderJson {
  return {
    orderId: order.orderId,
    clOrdId: order.clOrdId,
    account,
    symbol: instrument.symbol,
    side: order.side,
    ordType: order.ordType,
    timeInForce: order.timeInForce,
    ordStatus: order.ordStatus,
    reason: order.reason,
    orderQty: formatQty(order.orderQtyLots, instrument),
    price: order.ordType === "market" ? null : formatPrice(order.priceTicks, instrument),
    cumQty: formatQty(order.cumQtyLots, instrument),
    leavesQty: formatQty(order.leavesQtyLots, instrument),
    avgPx: formatFillAverage(order.cumLotTicks, order.cumQtyLots, instrument),
    createdTsMs: msOfNs(order.createdTsNs),
  };
}

/** A working order as the core shows it. */
export const liveOrderFacts = (view: OrderView): OrderFacts => ({
  orderId: String(view.orderId),
  clOrdId: view.clOrdId,
  instrument: view.instrument,
  side: view.side,
  ordType: view.ordType,
  timeInForce: view.timeInForce,
  ordStatus: view.ordStatus,
  reason: "none",
  orderQtyLots: BigInt(view.orderQtyLots),
  priceTicks: BigInt(view.priceTicks),
  cumQtyLots: BigInt(view.cumQtyLots),
  leavesQtyLots: BigInt(view.leavesQtyLots),
  cumLotTicks: BigInt(view.cumLotTicks),
  createdTsNs: BigInt(view.createdTsNs),
});

/** Orders of instruments that are no longer known are left out: there is no unit to print them in. */
export const ordersJson = (orders: readonly OrderFacts[], account: string, catalog: InstrumentCatalog): OrderJson[] =>
  orders.flatMap((order) => {
    const instrument = catalog.byId(order.instrument);
    return instrument === undefined ? [] : [orderJson(order, account, instrument)];
  });

export const positionsJson = (view: AccountView, catalog: InstrumentCatalog): Static<typeof Position>[] =>
  view.positions.flatMap((position) => {
    const instrument = catalog.byId(position.instrument);
    return instrument === undefined ? [] : [positionJson(position, instrument)];
  });

const positionJson = (position: PositionView, instrument: InstrumentView): Static<typeof Position> => ({
  symbol: instrument.symbol,
  qty: formatQty(position.qtyLots, instrument),
  avgPx: formatPositionAverage(BigInt(position.costMinor), BigInt(position.qtyLots), instrument),
  cost: formatQuoteMoney(position.costMinor, instrument),
  realisedPnl: formatQuoteMoney(position.realisedMinor, instrument),
  unrealisedPnl: position.unrealisedMinor === undefined ? null : formatQuoteMoney(position.unrealisedMinor, instrument),
  markPx: position.markTicks === undefined ? null : formatPrice(position.markTicks, instrument),
  fees: formatQuoteMoney(position.feesMinor, instrument),
  currency: instrument.quoteCurrency,
});

export const balancesJson = (view: AccountView): Static<typeof Balance>[] =>
  view.balances.map((balance) => {
    const money = (minor: string) => formatDecimal(BigInt(minor), balance.currencyDecimals);
    return {
      currency: balance.currency,
      cash: money(balance.cashMinor),
      used: money(balance.usedMinor),
      held: money(balance.heldMinor),
      available: money(balance.availableMinor),
    };
  });
