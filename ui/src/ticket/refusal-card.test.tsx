// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RefusalView } from "../format/refusal-text.js";
import { localRefusal } from "../format/refusal-text.js";
import { RefusalCard } from "./refusal-card.jsx";

const VIEW: RefusalView = {
  by: "engine",
  code: "506 INSUFFICIENT_FUNDS",
  text: "The order needs more than the account has available.",
  figures: { limit: "10.00 USD", value: "12.00 USD", headroom: "10.00 USD" },
  fix: { kind: "qty", lots: 8, label: "Set qty 8" },
  transient: false,
};

describe("the refusal card", () => {
  afterEach(cleanup);

  it("shows code, limit, value and headroom, and who refused", () => {
    render(() => <RefusalCard view={VIEW} onDismiss={() => undefined} />);
    const text = screen.getByRole("alert").textContent;
    for (const part of ["506 INSUFFICIENT_FUNDS", "limit10.00 USD", "would be12.00 USD", "headroom10.00 USD", "engine"]) {
      expect(text).toContain(part);
    }
    expect(screen.queryByText("Set qty 8")).toBeNull();
  });

  it("gives the way out to whoever can take it", () => {
    const onFix = vi.fn();
    const onDismiss = vi.fn();
    render(() => <RefusalCard view={VIEW} onDismiss={onDismiss} onFix={onFix} />);
    fireEvent.click(screen.getByText("Set qty 8"));
    expect(onFix).toHaveBeenCalledWith(VIEW.fix);
    fireEvent.click(screen.getByLabelText("Dismiss"));
    expect(onDismiss).toHaveBeenCalledOnce();
  });

  it("says that the page itself sent nothing", () => {
    render(() => <RefusalCard view={localRefusal("Disarmed: F2 arms")} onDismiss={() => undefined} />);
    expect(screen.getByRole("alert").textContent).toContain("Not sent");
    expect(screen.getByRole("alert").textContent).toContain("this page");
  });
});
