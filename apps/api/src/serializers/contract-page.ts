import { z } from 'zod';
import type { Start } from '../queries/keyset.js';
import type { ContractPage } from '../queries/list-contracts.js';
import { contractSummarySchema, serializeContractSummary } from './contract-summary.js';
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
        'The oldest state of a list among the regions asked for; null before the first complete sweep',
    }),
  })
  .meta({ id: 'ContractPage' });

export type ContractPageAnswer = z.output<typeof contractPageSchema>;

export function serializeContractPage(
  { rows, next, previous, total, total_is_exact, as_of }: ContractPage,
  limit: number,
  encodeCursor: (start: Start) => string,
): ContractPageAnswer {
  return {
    data: rows.map(serializeContractSummary),
    page: {
      limit,
      next_cursor: next && encodeCursor(next),
      previous_cursor: previous && encodeCursor(previous),
    },
    total,
    total_is_exact,
    as_of: formatOptionalTime(as_of),
  };
}
