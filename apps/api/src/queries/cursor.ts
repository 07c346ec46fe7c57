import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Start } from './keyset.js';

/** What a cursor belongs to: a route, its sort, and the filters as they were read. */
export interface CursorScope {
  readonly list: string;
  readonly sort: string;
  readonly filters: object;
}

export interface CursorCodec {
  encode(scope: CursorScope, start: Start): string;
  /** Null where the cursor is forged, of another version, or of another query. */
  decode(scope: CursorScope, cursor: string): Start | null;
}

const SIGNATURE_BYTES = 16;

const payloadSchema = z.tuple([
  z.literal(1),
  z.enum(['after', 'before']),
  z.boolean(),
  z.union([z.tuple([z.string().nullable(), z.int()]), z.null()]),
  z.string(),
  z.string(),
]);

/** Signed by the first key, verified by all. */
export function createCursorCodec(keys: readonly Buffer[]): CursorCodec {
  return {
    encode(scope, { direction, position, inclusive }) {
      const place = position === null ? null : [position.value, position.contract_id];
      const json = JSON.stringify([1, direction, inclusive, place, scope.sort, hashFilters(scope)]);
      const payload = Buffer.from(json).toString('base64url');
      return `${payload}.${sign(payload, keys[0] as Buffer).toString('base64url')}`;
    },

    decode(scope, cursor) {
      const [payload = '', signature = ''] = cursor.split('.');
      if (!keys.some((key) => isSignedBy(key, payload, signature)) || cursor !== `${payload}.${signature}`) {
        return null;
      }
      const result = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
      if (!result.success) {
        return null;
      }
      const [, direction, inclusive, place, sort, filters] = result.data;
      if (sort !== scope.sort || filters !== hashFilters(scope)) {
        return null;
      }
      const position = place === null ? null : { value: place[0], contract_id: place[1] };
      return { direction, position, inclusive };
    },
  };
}

function isSignedBy(key: Buffer, payload: string, signature: string): boolean {
  // Compared as texts: several texts can decode to the same bytes.
  const expected = Buffer.from(sign(payload, key).toString('base64url'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign(payload: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(payload).digest().subarray(0, SIGNATURE_BYTES);
}

/** The same for the same query, in whichever order lists and parameters were given. */
function hashFilters({ list, filters }: CursorScope): string {
  const canonical = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => [
      name,
      Array.isArray(value) ? [...new Set(value)].sort() : value,
    ])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return hash('sha256', JSON.stringify([list, canonical]), 'base64url').slice(0, 22);
}
