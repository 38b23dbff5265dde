import { ByteBuffer } from "flatbuffers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInt64, readMs } from "./int64.js";

function bytesOf(value: bigint): ByteBuffer {
  const bytes = new ByteBuffer(new Uint8Array(8));
  bytes.writeInt64(0, value);
  return bytes;
}

describe("64-bit reads", () => {
  it("are exact for every integer below 2^53, of either sign", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(readInt64(bytesOf(BigInt(value)), 0)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it.each([0n, -1n, 1n, 4_294_967_295n, 4_294_967_296n, -4_294_967_296n, -4_294_967_297n])(
    "read %s at the word's edge",
    (value) => {
      expect(BigInt(readInt64(bytesOf(value), 0))).toBe(value);
    },
  );

  it("give times in milliseconds to a microsecond", () => {
    expect(readMs(bytesOf(1_723_075_200_123_456_789n), 0)).toBeCloseTo(1_723_075_200_123.456, 2);
  });
});
