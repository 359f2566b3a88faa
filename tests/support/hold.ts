/** A value that a test waits for until something gives it. */
export function hold<Value>(): { readonly value: Promise<Value>; give(value: Value): void } {
  let give: (value: Value) => void = () => {};
  const value = new Promise<Value>((resolve) => {
    give = resolve;
  });
  return { value, give: (given) => give(given) };
}
