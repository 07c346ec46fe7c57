import { z } from 'zod';
import { FROM_THE_TOP, type Start } from '../queries/keyset.js';
import { invalidParameters } from './problem.js';

const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;
/** PostgreSQL walks over every row that it skips. */
const MAX_ROW_BY_PAGE = 10_000;

const limitError = `must be a whole number from 1 to ${MAX_LIMIT}`;
const pageError = `must be a whole number from 1 to ${MAX_ROW_BY_PAGE}; go on from there with cursor`;

export const paginationParameters = {
  limit: {
    schema: z
      .int(limitError)
      .min(1, limitError)
      .max(MAX_LIMIT, limitError)
      .default(DEFAULT_LIMIT)
      .meta({ description: 'Rows of a page' }),
    numeric: true,
  },
  cursor: {
    schema: z
      .string()
      .min(1, 'must be a cursor that an answer gave')
      .optional()
      .meta({ description: '`page.next_cursor` or `page.previous_cursor` of an answer to the same query' }),
  },
  page: {
    schema: z
      .int(pageError)
      .min(1, pageError)
      .max(MAX_ROW_BY_PAGE, pageError)
      .optional()
      .meta({ description: 'Jumps to a page, up to row 10,000; `cursor` goes everywhere at the same cost' }),
    numeric: true,
  },
};

export interface Pagination {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly page?: number | undefined;
}

/**
 * Where the page starts.
 *
 * @throws Problem that names cursor or page.
 */
export function locatePage(
  { limit, cursor, page }: Pagination,
  decode: (cursor: string) => Start | null,
): { readonly start: Start; readonly offset: number } {
  if (cursor !== undefined) {
    if (page !== undefined) {
      throw invalidParameters([{ parameter: 'cursor', message: 'cannot be given together with page' }]);
    }
    const start = decode(cursor);
    if (start === null) {
      const message =
        'is not a cursor of this query: take it from an answer and keep the other parameters as they were';
      throw invalidParameters([{ parameter: 'cursor', message }]);
    }
    return { start, offset: 0 };
  }
  const offset = ((page ?? 1) - 1) * limit;
  if (offset + limit > MAX_ROW_BY_PAGE) {
    const message = `reaches beyond row ${MAX_ROW_BY_PAGE}, which only cursor does`;
    throw invalidParameters([{ parameter: 'page', message }]);
  }
  return { start: FROM_THE_TOP, offset };
}
