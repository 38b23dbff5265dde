/**
 * The form in which frames leave the core: records in a buffer that the thread owns.
 *
 *      0        4        8        12       16              16 + length, padded to 8
 *      | length | route  | target | token  | frame bytes ... |
 *
 * All little endian u32. `length` is that of the frame. A frame is encoded once; whoever receives it sends these bytes.
 */
export const RECORD_HEADER_BYTES = 16;

/** What to do with a record's frame. */
export const ROUTE = {
  /** Send to session `target`. `token` is that of the submit it answers, else 0. */
  SESSION: 0,
  /** Publish to topic `target`. */
  TOPIC: 1,
  /** Close session `target` with WebSocket code `token`; the frame is the reason as UTF-8 text. */
  CLOSE: 2,
  /** Session `target` now receives topic `token`; no frame. */
  SUBSCRIBE: 3,
  /** Session `target` no longer receives topic `token`; no frame. */
  UNSUBSCRIBE: 4,
  /** The records before this one that are for session `target` answer its trace `token`: to be told once they are written. No frame. */
  TRACE: 5,
} as const;

/** Receives each record; `start` and `end` delimit the frame in the buffer. */
export type RecordVisitor = (route: number, target: number, token: number, start: number, end: number) => void;

/** Walks the records of the first `byteCount` bytes. The view must be over the buffer from its first byte. */
export function readRecords(view: DataView, byteCount: number, visit: RecordVisitor): void {
  let offset = 0;
  while (offset < byteCount) {
    const length = view.getUint32(offset, true);
    const start = offset + RECORD_HEADER_BYTES;
    visit(
      view.getUint32(offset + 4, true),
      view.getUint32(offset + 8, true),
      view.getUint32(offset + 12, true),
      start,
      start + length,
    );
    offset = start + ((length + 7) & ~7);
  }
}
