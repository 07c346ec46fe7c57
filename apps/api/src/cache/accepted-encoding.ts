export type Encoding = 'br' | 'gzip';

/** The headers of clients are few; more than these are made up. */
const MAX_KNOWN_HEADERS = 100;
const known = new Map<string, Encoding | null>();

/** How an answer is to be encoded: what the client prefers, Brotli where it does not mind. Null: not at all. */
export function acceptedEncoding(header: string | undefined): Encoding | null {
  if (header === undefined) {
    return null;
  }
  const found = known.get(header);
  if (found !== undefined) {
    return found;
  }
  const chosen = choose(header);
  if (known.size < MAX_KNOWN_HEADERS) {
    known.set(header, chosen);
  }
  return chosen;
}

function choose(header: string): Encoding | null {
  const weights = new Map(header.toLowerCase().split(',').map(readWeight));
  const weightOf = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0;
  const br = weightOf('br');
  const gzip = weightOf('gzip');
  // An answer that is not encoded is always acceptable, and preferred only where the client says so.
  const identity = weights.get('identity') ?? 0;
  if (Math.max(br, gzip) === 0 || identity > Math.max(br, gzip)) {
    return null;
  }
  return br >= gzip ? 'br' : 'gzip';
}

function readWeight(part: string): [string, number] {
  const [encoding = '', ...parameters] = part.split(';').map((text) => text.trim());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = given === undefined ? 1 : Number(given.slice(2));
  return [encoding, Number.isFinite(weight) ? weight : 0];
}
