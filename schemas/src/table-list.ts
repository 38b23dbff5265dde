/** Lists of FlatBuffers tables. */

/** The tables of a vector, which is read by its length and by index; what a later version cannot be read as is left out. */
export const tablesOf = <Table>(length: number, at: (index: number) => Table | null): Table[] =>
  Array.from({ length }, (_, index) => at(index)).filter((table) => table !== null);
