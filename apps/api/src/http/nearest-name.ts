/** The name that looks most like the text; undefined where there is none to choose from. */
export function nearestName(text: string, names: readonly string[]): string | undefined {
  const given = text.toLowerCase();
  const overlaps = names.map((name) => ({ name, overlap: bigramOverlap(given, name) }));
  const best = Math.max(...overlaps.map(({ overlap }) => overlap));
  const [nearest] = overlaps
    .filter(({ overlap }) => overlap === best)
    .map(({ name }) => ({ name, distance: editDistance(given, name) }))
    .sort((left, right) => left.distance - right.distance);
  return nearest?.name;
}

/** Dice's coefficient, which sees `pricemin` in `min_price`; 0 to 1. */
function bigramOverlap(left: string, right: string): number {
  const [ofLeft, ofRight] = [bigrams(left), bigrams(right)];
  const both = [...ofLeft].filter((bigram) => ofRight.has(bigram));
  return (2 * both.length) / Math.max(1, ofLeft.size + ofRight.size);
}

function bigrams(text: string): Set<string> {
  return new Set(
    Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2)),
  );
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const substitution = (row[column - 1] ?? 0) + (from[index] === to[column - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
