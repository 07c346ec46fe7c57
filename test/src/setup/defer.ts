/** A promise that the test settles. */
export function defer<T = object>(): { promise: Promise<T>; resolve: (result: T) => void } {
  let resolve: (result: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
