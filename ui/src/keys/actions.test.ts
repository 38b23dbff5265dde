// @vitest-environment happy-dom
import { createRoot } from "solid-js";
import { createStore } from "solid-js/store";
import { expect, it, vi } from "vitest";
import type { OrderState } from "../state/own-orders.js";
import type { Terminal } from "../state/terminal.js";
import { createActions } from "./actions.js";

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
