/** The first rest, and the one of whatever fails among other things that succeed. */
export const SHORTEST_REST_MS = 60_000;
const LONGEST_REST_MS = 900_000;
/** Forgetting one costs a request. */
const MAX_REMEMBERED = 10_000;

export type Rests<Key> = ReturnType<typeof createRests<Key>>;

/**
 * What failed and is left alone for a while: a minute, then twice as long each time, up to a quarter of an hour.
 *
 * It is kept in memory: a process that starts anew, or another one, asks once more.
 */
export function createRests<Key>(now: () => number = () => performance.now()) {
  const rests = new Map<Key, { readonly failures: number; readonly until: number }>();

  function rest(key: Key, ms: number, failures: number): number {
    // What was put in last goes last.
    rests.delete(key);
    rests.set(key, { failures, until: now() + ms });
    const [oldest] = rests.keys();
    if (rests.size > MAX_REMEMBERED && oldest !== undefined) {
      rests.delete(oldest);
    }
    return ms;
  }

  const failuresOf = (key: Key) => rests.get(key)?.failures ?? 0;
  const isResting = (key: Key) => (rests.get(key)?.until ?? -Infinity) > now();

  return {
    isResting,
    list: (): Key[] => [...rests.keys()].filter(isResting),
    /** @returns for how many milliseconds it is left alone. */
    fail(key: Key): number {
      const failures = failuresOf(key);
      return rest(
        key,
        Math.min(SHORTEST_REST_MS * 2 ** failures, LONGEST_REST_MS),
        Math.min(failures + 1, 10),
      );
    },
    /** Without counting it as a failure. */
    putOff: (key: Key, ms: number): number => rest(key, ms, failuresOf(key)),
    succeed: (key: Key): boolean => rests.delete(key),
  };
}
