// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { isTyping, KEY_BINDINGS, matchKey, type KeyPress } from "./hotkeys.js";
import { Twice } from "./twice.js";

const press = (code: string, change: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key: "",
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  ...change,
});
const actionOf = (key: KeyPress, typing = false) => matchKey(key, typing)?.action;

describe("hotkeys", () => {
  it("match place and exact modifiers", () => {
    expect(actionOf(press("KeyE"))).toBe("cancel-symbol");
    expect(actionOf(press("KeyE", { shiftKey: true }))).toBe("cancel-all");
    expect(actionOf(press("KeyE", { ctrlKey: true }))).toBeUndefined();
    expect(actionOf(press("KeyE", { altKey: true }))).toBeUndefined();
    expect(actionOf(press("KeyF"))).toBeUndefined();
    expect(actionOf(press("KeyF", { shiftKey: true }))).toBe("flatten");
    expect(actionOf(press("Backquote", { ctrlKey: true }))).toBe("kill");
    expect(actionOf(press("Backquote"))).toBeUndefined();
    expect(actionOf(press("KeyK", { metaKey: true }))).toBe("find");
  });

  it("ignore repeats, composition and typing, but not the kill switch and Escape", () => {
    expect(actionOf(press("KeyX", { repeat: true }))).toBeUndefined();
    expect(actionOf(press("KeyX", { isComposing: true }))).toBeUndefined();
    expect(actionOf(press("KeyX"), true)).toBeUndefined();
    expect(actionOf(press("Digit1"), true)).toBeUndefined();
    expect(actionOf(press("Slash", { key: "?", shiftKey: true }), true)).toBeUndefined();
    expect(actionOf(press("Backquote", { ctrlKey: true }), true)).toBe("kill");
    expect(actionOf(press("Escape"), true)).toBe("escape");
  });

  it("find the question mark wherever the keyboard has it", () => {
    expect(actionOf(press("Minus", { key: "?", shiftKey: true }))).toBe("help");
  });

  it("have no two bindings for the same press and avoid the browser's own keys", () => {
    const presses = KEY_BINDINGS.map(({ code, shift, ctrl }) => `${code} ${shift ?? false} ${ctrl ?? false}`);
    expect(new Set(presses).size).toBe(presses.length);
    expect(KEY_BINDINGS.some(({ code }) => ["F5", "F7", "F11", "F12"].includes(code))).toBe(false);
  });

  it("say that exactly what adds risk needs arming", () => {
    expect(KEY_BINDINGS.filter(({ needsArm }) => needsArm).map(({ action }) => action)).toEqual([
      "join-bid",
      "join-ask",
      "hit-bid",
      "lift-ask",
      "reverse",
    ]);
  });

  it("know what is typing", () => {
    const input = document.createElement("input");
    expect(isTyping(input)).toBe(true);
    input.type = "checkbox";
    expect(isTyping(input)).toBe(false);
    expect(isTyping(document.createElement("select"))).toBe(true);
    expect(isTyping(document.createElement("button"))).toBe(false);
    expect(isTyping(null)).toBe(false);
  });
});

describe("twice", () => {
  it("is the second press within two seconds, and then a first again", () => {
    const twice = new Twice();
    expect(twice.press(0)).toBe(false);
    expect(twice.waiting(1999)).toBe(true);
    expect(twice.press(2000)).toBe(true);
    expect(twice.press(2100)).toBe(false);
    expect(twice.press(4101)).toBe(false);
    expect(twice.press(4200)).toBe(true);
  });
});
