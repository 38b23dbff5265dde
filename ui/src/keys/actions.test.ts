// @vitest-environment happy-dom
import { createRoot } from "solid-js";
import { createStore } from "solid-js/store";
import { expect, it, vi } from "vitest";
import type { OrderState } from "../state/own-orders.js";
import type { Terminal } from "../state/terminal.js";
import { createActions } from "./actions.js";

const SENT = { ok: true, clOrdId: "ui-1" };

/** What amending needs of a terminal: its rows, and what it was told. */
function made() {
  const [orderRows, setRows] = createStore({ rows: [{ key: "a", state: "working" as OrderState }] });
  const tell = vi.fn();
  const terminal = { orderRows, tell } as unknown as Terminal;
  const { actions, end } = createRoot((end) => ({ actions: createActions(terminal), end }));
  return { actions, tell, setRows, end };
}

const ended = [expect.objectContaining({ ok: false, problem: expect.stringContaining("has ended") }), "blotter"];

it.each(["filled", "canceled", "expired", "gone"] as const)(
  "an order that is %s while it is amended closes its editor with a word",
  (state) => {
    const { actions, tell, setRows, end } = made();
    actions.edit("a");
    setRows("rows", 0, "state", "waiting");
    expect([actions.editing(), tell.mock.calls]).toEqual(["a", []]);
    setRows("rows", 0, "state", state);
    expect([actions.editing(), tell.mock.calls]).toEqual(["", [ended]]);
    end();
  },
);

it("an order that has left the list, or is not there any more, is not amended", () => {
  const { actions, tell, setRows, end } = made();
  actions.edit("a");
  setRows("rows", []);
  expect([actions.editing(), tell.mock.calls]).toEqual(["", [ended]]);
  actions.edit("b");
  expect([actions.editing(), tell.mock.calls]).toEqual(["", [ended, ended]]);
  actions.edit("");
  expect(tell).toHaveBeenCalledTimes(2);
  end();
});

it("flattens one leg with its own orders, or everything of the instrument", () => {
  const desk = { flatten: vi.fn(() => SENT), cancelLeg: vi.fn(() => [SENT]), cancelAll: vi.fn(() => SENT) };
  const legs = (["long", "short"] as const).map((leg) => ({ instrument: 1, leg, lots: leg === "long" ? 7 : -4 }));
  const terminal = {
    ...{ orderRows: { rows: [] }, tell: vi.fn(), desk, accountId: () => 5 },
    accountBook: () => ({ positions: new Map(legs.map((position) => [position.leg, position])) }),
    orders: { list: () => [{ state: "working", instrument: 1, account: 5 }] },
  } as unknown as Terminal;
  const { actions, end } = createRoot((end) => ({ actions: createActions(terminal), end }));
  actions.flatten(1, "short");
  expect([desk.cancelLeg.mock.calls, desk.flatten.mock.calls]).toEqual([[[1, "short"]], [[legs[1]]]]);
  expect(desk.cancelAll).not.toHaveBeenCalled();
  actions.flatten(1);
  expect([desk.cancelAll.mock.calls, desk.flatten.mock.calls]).toEqual([[[1]], [[legs[1]], [legs[0]], [legs[1]]]]);
  end();
});
