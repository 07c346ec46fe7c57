/** Names of fields are ours, few and short; others come from outside, and must not fill the memory. */
const MAX_NAMES = 1_000;
const MAX_LENGTH = 100;

/**
 * Decides as `decide` does, which must follow from the name alone. It is asked once for each of the first thousand
 * short names, and each time for any other.
 */
export function rememberNames(decide: (name: string) => boolean): (name: string) => boolean {
  const decided = new Map<string, boolean>();
  return (name) => {
    const known = decided.get(name);
    if (known !== undefined) {
      return known;
    }
    const decision = decide(name);
    if (decided.size < MAX_NAMES && name.length <= MAX_LENGTH) {
      decided.set(name, decision);
    }
    return decision;
  };
}
