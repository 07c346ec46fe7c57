import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createGunzip, createGzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';

/** What identifies an object's content, as it lies in a store. */
export interface Digest {
  /** Of the compressed bytes, in hexadecimal digits. */
  readonly sha256: string;
  /** Compressed. */
  readonly bytes: number;
  /** Lines. */
  readonly count: number;
}

const LINE_FEED = 0x0a;

/**
 * Compresses lines as they come; only the result is held. The same lines give the same bytes, for one version of zlib.
 */
export async function packLines(
  lines: AsyncIterable<string>,
): Promise<{ bytes: Uint8Array; digest: Digest }> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  const gzip = createGzip();
  const collected = collect(gzip, pieces);
  try {
    for await (const line of lines) {
      count += 1;
      if (!gzip.write(`${line}\n`)) {
        await once(gzip, 'drain');
      }
    }
    gzip.end();
    await collected;
  } catch (error) {
    gzip.destroy();
    await collected.catch(() => undefined);
    throw error;
  }
  const bytes = Buffer.concat(pieces);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, digest: { sha256, bytes: bytes.length, count } };
}

async function collect(source: AsyncIterable<unknown>, pieces: Uint8Array[]): Promise<void> {
  for await (const piece of source) {
    pieces.push(piece as Uint8Array);
  }
}

/**
 * Reads an object through to its end, piece by piece. `count` is null where it is no gzip of whole lines.
 * @throws what reading throws.
 */
export async function digestPacked(
  object: AsyncIterable<Uint8Array>,
): Promise<Omit<Digest, 'count'> & { readonly count: number | null }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let count = 0;
  let last: number | undefined = LINE_FEED;
  let isPacked = true;

  async function* measure() {
    for await (const piece of object) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }

  async function countLines(text: AsyncIterable<Uint8Array>) {
    for await (const piece of text) {
      count += piece.reduce((sum, byte) => (byte === LINE_FEED ? sum + 1 : sum), 0);
      last = piece.at(-1) ?? last;
    }
  }

  try {
    await pipeline(measure, createGunzip(), countLines);
  } catch (error) {
    if (!isZlibError(error)) {
      throw error;
    }
    isPacked = false;
  }
  return { sha256: hash.digest('hex'), bytes, count: isPacked && last === LINE_FEED ? count : null };
}

function isZlibError(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('Z_');
}
