import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Below this a gzip header costs more than it saves. */
const SMALLEST_WORTH_GZIP = 1024;

/** A JSON body with its validator; compressed once, when first asked for. */
export interface Body {
  readonly plain: Buffer;
  readonly etag: string;
  /** Undefined for a body too small to compress. */
  gzip(): Buffer | undefined;
}

export function createBody(json: string): Body {
  const plain = Buffer.from(json);
  let zipped: Buffer | undefined;
  return {
    plain,
    etag: `W/"${createHash('sha1').update(plain).digest('hex')}"`,
    gzip: () => {
      if (plain.length >= SMALLEST_WORTH_GZIP) {
        zipped ??= gzipSync(plain, { level: 1 });
      }
      return zipped;
    },
  };
}
