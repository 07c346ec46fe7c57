import { z } from 'zod';
import type { Start } from '../queries/keyset.js';
import type { ContractPage } from '../queries/list-contracts.js';
import { facetsSchema, serializeFacets } from './contract-facets.js';
import { contractSummarySchema } from './contract-summary.js';
import { count, formatOptionalTime, time } from './values.js';

const cursor = z
  .string()
  .nullable()
  .meta({ description: 'For the parameter `cursor`; null where there is no such page' });

export const contractPageSchema = z
  .object({
    data: z.array(contractSummarySchema),
    page: z.object({ limit: z.int().min(1).max(200), next_cursor: cursor, previous_cursor: cursor }),
    total: count.meta({ description: 'Rows of all pages together, counted up to 10,000' }),
    total_is_exact: z.boolean().meta({ description: 'False where there are more than were counted' }),
    as_of: time.nullable().meta({
      description:
        'The oldest state of a list (its Last-Modified) among the regions asked for. Null where one of them was never read completely; without `region_id`, where that holds for a region that has contracts on offer',
    }),
    unplaced_excluded: count.optional().meta({
      description:
        'With `system_id` or `security`: contracts that match everything else and are left out because the system of their start location is not known, counted up to 10,000',
    }),
    facets: facetsSchema.optional().meta({ description: 'Those that `facets` asks for' }),
    facets_are_exact: z.boolean().optional().meta({
      description: 'With `facets`. False where more than 100,000 contracts match: some were not counted',
    }),
  })
  .meta({ id: 'ContractPage' });

export type ContractPageAnswer = z.output<typeof contractPageSchema>;

const OPENING = Buffer.from('{"data":[');
const COMMA = Buffer.from(',');

/** The page as JSON, of rows that are JSON already. */
export function serializeContractPage(
  rows: readonly Buffer[],
  page: ContractPage,
  limit: number,
  encodeCursor: (start: Start) => string,
): Buffer {
  const { next, previous, total, total_is_exact, as_of, unplaced_excluded, facets, facets_are_exact } = page;
  const rest: Omit<ContractPageAnswer, 'data'> = {
    page: {
      limit,
      next_cursor: next && encodeCursor(next),
      previous_cursor: previous && encodeCursor(previous),
    },
    total,
    total_is_exact,
    as_of: formatOptionalTime(as_of),
    ...(unplaced_excluded === null ? {} : { unplaced_excluded }),
    ...(facets === null ? {} : { facets: serializeFacets(facets), facets_are_exact }),
  };
  const list = rows.flatMap((row, index) => (index === 0 ? [row] : [COMMA, row]));
  return Buffer.concat([OPENING, ...list, Buffer.from(`],${JSON.stringify(rest).slice(1)}`)]);
}
