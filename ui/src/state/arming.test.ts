import { describe, expect, it } from "vitest";
import { Arming, type ArmView } from "./arming.js";

function arming(): { arming: Arming; views: ArmView[] } {
  const views: ArmView[] = [];
  return { arming: new Arming((view) => views.push(view)), views };
}

describe("arming", () => {
  it("is off at first and says why it went off", () => {
    const { arming: arm, views } = arming();
    expect(arm.armed).toBe(false);
    arm.arm(0);
    arm.disarm("symbol changed");
    arm.disarm("again");
    expect(views).toEqual([
      { armed: true, why: "" },
      { armed: false, why: "symbol changed" },
    ]);
  });

  it("goes off after 15 minutes without an order; an order begins them anew", () => {
    const { arming: arm } = arming();
    arm.arm(0);
    arm.ordered(600_000);
    arm.check(901_000);
    expect(arm.armed).toBe(true);
    arm.check(1_500_001);
    expect(arm.armed).toBe(false);
  });

  it("goes off when hidden for 60 s, not before and not when shown again", () => {
    const { arming: arm } = arming();
    arm.arm(0);
    arm.visible(false, 1000);
    arm.check(60_999);
    expect(arm.armed).toBe(true);
    arm.visible(true, 61_000);
    arm.check(200_000);
    expect(arm.armed).toBe(true);
    arm.visible(false, 200_000);
    arm.visible(false, 259_000);
    arm.check(260_001);
    expect(arm.armed).toBe(false);
  });
});
