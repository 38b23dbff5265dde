// HOT: read for every price, quantity and time of every frame. No BigInt here.
/**
 * 64-bit integers of FlatBuffers as Numbers, read as two 32-bit words.
 *
 * Exact below 2^53 in magnitude, which prices in ticks, quantities in lots and sequences keep; times come back as milliseconds,
 * good to a quarter of a microsecond.
 */
import type { ByteBuffer } from "flatbuffers";

const TWO_32 = 4_294_967_296;
const NS_PER_MS = 1e6;

/** What every generated table offers: its buffer and its place in it. */
export interface TableView {
  readonly bb: ByteBuffer | null;
  readonly bb_pos: number;
}

/** Signed integer at a byte position. */
export const readInt64 = (bytes: ByteBuffer, at: number): number => bytes.readInt32(at + 4) * TWO_32 + bytes.readUint32(at);

/** Nanoseconds at a byte position, as milliseconds. */
export const readMs = (bytes: ByteBuffer, at: number): number =>
  (bytes.readUint32(at + 4) * TWO_32 + bytes.readUint32(at)) / NS_PER_MS;

/** Integer field of a table by its vtable slot (4, 6, 8 ... in the order of the schema); 0 where absent. */
export function int64Field(table: TableView, slot: number): number {
  if (table.bb === null) return 0;
  const offset = table.bb.__offset(table.bb_pos, slot);
  return offset === 0 ? 0 : readInt64(table.bb, table.bb_pos + offset);
}

/** Time field of a table by its vtable slot, milliseconds; 0 where absent. */
export function msField(table: TableView, slot: number): number {
  if (table.bb === null) return 0;
  const offset = table.bb.__offset(table.bb_pos, slot);
  return offset === 0 ? 0 : readMs(table.bb, table.bb_pos + offset);
}

/** Byte position of a struct field by its vtable slot; -1 where absent. */
export function structAt(table: TableView, slot: number): number {
  if (table.bb === null) return -1;
  const offset = table.bb.__offset(table.bb_pos, slot);
  return offset === 0 ? -1 : table.bb_pos + offset;
}

/** Byte position of the first element of a vector field; -1 where absent. */
export function vectorAt(table: TableView, slot: number): number {
  if (table.bb === null) return -1;
  const offset = table.bb.__offset(table.bb_pos, slot);
  return offset === 0 ? -1 : table.bb.__vector(table.bb_pos + offset);
}
