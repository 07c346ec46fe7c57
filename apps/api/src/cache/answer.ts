import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Encoding } from './accepted-encoding.js';

/** A serialised answer. */
export interface Answer {
  readonly body: Buffer;
  /** Of the body, for its entity tags. */
  readonly hash: string;
  /** Null where it is not known. */
  readonly lastModified: Date | null;
  /** Set where it may be out of date: for how long, in milliseconds. */
  readonly staleMs?: number;
  /** The body in another encoding; made once. */
  encoded(encoding: Encoding): Promise<Buffer>;
}

/** An answer that takes so much space. */
export interface KeptAnswer extends Answer {
  /** Of the body and its compressed forms. */
  readonly bytes: () => number;
}

const compressors: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body) => promisify(gzip)(body),
};

/** `onGrown`: a compressed form has come to it. */
export function createAnswer(
  body: Buffer,
  bodyHash: string,
  lastModified: Date | null,
  onGrown: () => void,
): KeptAnswer {
  const forms = new Map<Encoding, Promise<Buffer>>();
  let bytes = body.length;
  return {
    body,
    hash: bodyHash,
    lastModified,
    bytes: () => bytes,
    encoded(encoding) {
      const form = forms.get(encoding);
      if (form !== undefined) {
        return form;
      }
      const made = compressors[encoding](body).then((compressed) => {
        bytes += compressed.length;
        onGrown();
        return compressed;
      });
      forms.set(encoding, made);
      return made;
    },
  };
}
