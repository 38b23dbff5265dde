/** Makes something when it is first asked for, and gives the same from then on. */
export function whenFirstAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
