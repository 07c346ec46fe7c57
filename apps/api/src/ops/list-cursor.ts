import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { deriveCursorKeys, type SigningKey } from '../auth/signing-keys.js';
import { invalidParameters } from '../http/problem.js';

/** What a cursor belongs to: the list and its filters. */
type Scope = object;

export interface ListCursors {
  encode(scope: Scope, position: string): string;
  /** Null without a cursor. @throws Problem where it is forged, or of another query. */
  decode(scope: Scope, cursor: string | undefined): string | null;
}

const SIGNATURE_BYTES = 16;

/** Cursors of the lists for operators: the last row of a page, signed together with the query. */
export function createListCursors(signingKeys: readonly SigningKey[]): ListCursors {
  const keys = deriveCursorKeys(signingKeys);
  return {
    encode(scope, position) {
      const payload = Buffer.from(position).toString('base64url');
      return `${payload}.${sign(keys[0] as Buffer, scope, payload)}`;
    },

    decode(scope, cursor) {
      if (cursor === undefined) {
        return null;
      }
      const [payload = '', signature = ''] = cursor.split('.');
      const given = Buffer.from(signature);
      const isOurs = keys.some((key) => {
        const expected = Buffer.from(sign(key, scope, payload));
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!isOurs || cursor !== `${payload}.${signature}`) {
        const message = 'is not a cursor of this query: take it from an answer and keep the other parameters';
        throw invalidParameters([{ parameter: 'cursor', message }]);
      }
      return Buffer.from(payload, 'base64url').toString();
    },
  };
}

function sign(key: Buffer, scope: Scope, payload: string): string {
  return createHmac('sha256', key)
    .update(`operators ${JSON.stringify(scope)} ${payload}`)
    .digest()
    .subarray(0, SIGNATURE_BYTES)
    .toString('base64url');
}

const MAX_LIMIT = 200;
const limitError = `must be a whole number from 1 to ${MAX_LIMIT}`;

export const listParameters = {
  limit: {
    schema: z
      .int(limitError)
      .min(1, limitError)
      .max(MAX_LIMIT, limitError)
      .default(50)
      .meta({ description: 'Rows of a page' }),
    numeric: true,
  },
  cursor: {
    schema: z
      .string()
      .min(1)
      .optional()
      .meta({ description: '`page.next_cursor` of an answer to the same query' }),
  },
};

export const listPageSchema = z
  .object({
    limit: z.int(),
    next_cursor: z.string().nullable().meta({ description: 'Null on the last page' }),
  })
  .meta({ id: 'OperatorListPage' });

/**
 * A page of rows of which one more than `limit` was asked for.
 *
 * @param place What the next page starts after.
 */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => string,
  encode: (position: string) => string,
) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { data, page: { limit, next_cursor: hasMore ? encode(place(last)) : null } };
}
