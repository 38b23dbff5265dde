/** Orders, positions and balances in the form that REST gives, from whatever source. */
import type { AccountView, InstrumentView, OrderView, PositionView } from "@jware/core-native";
import { formatDecimal } from "@jware/schemas";
import { hasPrice } from "@jware/schemas/order-names";
import { ExecReason } from "@jware/schemas/wire";
import type { Static } from "./json-shape.js";
import {
  formatFillAverage,
  formatPositionAverage,
  formatPrice,
  formatQty,
  formatQuoteMoney,
  type InstrumentCatalog,
} from "./instrument-catalog.js";
import { type OrderFacts, orderFactsOf } from "./order-facts.js";
import { refusalDetail } from "./refusal-problem.js";
import type { Account, Balance, Position } from "./shapes/accounts.js";
import type { OrderJson } from "./shapes/orders.js";

const NS_PER_MS = 1_000_000n;

export const msOfNs = (tsNs: bigint): number => Number(tsNs / NS_PER_MS);

export function orderJson(order: OrderFacts, account: string, instrument: InstrumentView, catalog: InstrumentCatalog): OrderJson {
  const price = (ticks: bigint) => (ticks === 0n ? null : formatPrice(ticks, instrument));
  const qty = (lots: bigint) => (lots === 0n ? null : formatQty(lots, instrument));
  const moment = (tsNs: bigint) => (tsNs === 0n ? null : msOfNs(tsNs));
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
    price: hasPrice(order.ordType) ? formatPrice(order.priceTicks, instrument) : null,
    cumQty: formatQty(order.cumQtyLots, instrument),
    leavesQty: formatQty(order.leavesQtyLots, instrument),
    avgPx: formatFillAverage(order.cumLotTicks, order.cumQtyLots, instrument),
    createdTsMs: msOfNs(order.createdTsNs),
    triggerPrice: price(order.triggerPriceTicks),
    triggerSource: order.triggerSource,
    trailAmount: price(order.trailTicks),
    trailBps: order.trailBps === 0 ? null : order.trailBps,
    displayQty: qty(order.displayQtyLots),
    cashQty: order.cashQtyMinor === 0n ? null : formatQuoteMoney(order.cashQtyMinor, instrument),
    expireTsMs: moment(order.expireTsNs),
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    selfTradePrevention: order.selfTradePrevention,
    strategy: order.strategy === 0 ? null : order.strategy,
    deadlineTsMs: moment(order.deadlineTsNs),
    working: order.working,
    listId: order.listId === "0" ? null : order.listId,
    contingency: order.contingency,
    queueAheadQty: order.queueAheadLots === undefined ? null : formatQty(order.queueAheadLots, instrument),
    refusal: order.refusal === undefined ? null : refusalDetail(order.refusal, catalog),
  };
}

/** A live order as the core shows it. */
export const liveOrderFacts = (view: OrderView): OrderFacts => orderFactsOf(view, ExecReason.None, undefined);

/** Orders of instruments that are no longer known are left out: there is no unit to print them in. */
export const ordersJson = (orders: readonly OrderFacts[], account: string, catalog: InstrumentCatalog): OrderJson[] =>
  orders.flatMap((order) => {
    const instrument = catalog.byId(order.instrument);
    return instrument === undefined ? [] : [orderJson(order, account, instrument, catalog)];
  });

export const positionsJson = (view: AccountView, catalog: InstrumentCatalog): Static<typeof Position>[] =>
  view.positions.flatMap((position) => {
    const instrument = catalog.byId(position.instrument);
    return instrument === undefined ? [] : [positionJson(position, instrument)];
  });

const positionJson = (position: PositionView, instrument: InstrumentView): Static<typeof Position> => ({
  symbol: instrument.symbol,
  leg: position.leg,
  qty: formatQty(position.qtyLots, instrument),
  avgPx: formatPositionAverage(BigInt(position.costMinor), BigInt(position.qtyLots), instrument),
  cost: formatQuoteMoney(position.costMinor, instrument),
  realisedPnl: formatQuoteMoney(position.realisedMinor, instrument),
  unrealisedPnl: position.unrealisedMinor === undefined ? null : formatQuoteMoney(position.unrealisedMinor, instrument),
  markPx: position.markTicks === undefined ? null : formatPrice(position.markTicks, instrument),
  markSource: position.markSource ?? null,
  markStale: position.isMarkStale ?? true,
  fees: formatQuoteMoney(position.feesMinor, instrument),
  currency: instrument.quoteCurrency,
});

export const baseEquityJson = ({ baseEquity }: AccountView): Static<typeof Account>["baseEquity"] => {
  if (baseEquity === null) return null;
  const { currency, currencyDecimals, equityMinor, isStale: stale, unconverted } = baseEquity;
  const equity = equityMinor === null ? null : formatDecimal(BigInt(equityMinor), currencyDecimals);
  return { currency, equity, stale, unconverted: [...unconverted] };
};

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
