/** A frame whose orders' names can be changed without encoding it again. */

const NAME_DIGITS = 12;

/** The name that stands for the order of this index until it is given one. */
export const placeholder = (index: number): string => `P${String(index).padStart(NAME_DIGITS - 1, "#")}`;

export class NamedFrame {
  readonly bytes: Uint8Array;
  /** Where each order's name stands, once or twice. */
  readonly #places: readonly (readonly number[])[];

  constructor(bytes: Uint8Array, orderCount: number) {
    this.bytes = bytes;
    const text = Buffer.from(bytes);
    this.#places = Array.from({ length: orderCount }, (_, index) => {
      const first = text.indexOf(placeholder(index));
      if (first < 0) throw new Error(`the frame has no name of order ${index}`);
      const second = text.indexOf(placeholder(index), first + 1);
      return second < 0 ? [first] : [first, second];
    });
  }

  /** Names its orders by the numbers from this one on, as decimal digits. */
  name(first: number): Uint8Array {
    for (let index = 0; index < this.#places.length; index++) {
      const places = this.#places[index] ?? [];
      for (let place = 0; place < places.length; place++) this.#write(places[place] ?? 0, first + index);
    }
    return this.bytes;
  }

  #write(at: number, value: number): void {
    let rest = value;
    for (let digit = NAME_DIGITS - 1; digit >= 0; digit--) {
      const next = Math.floor(rest / 10);
      this.bytes[at + digit] = 48 + rest - next * 10;
      rest = next;
    }
  }
}
