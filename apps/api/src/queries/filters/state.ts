import { CONTRACT_TYPES } from '@hangar-bay/domain';
import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { listOf } from '../../http/parameters.js';
import { filter } from './filter.js';

const CONTRACT_STATUSES = ['outstanding', 'expired', 'gone'] as const;

const STATUS_FILTERS = [...CONTRACT_STATUSES, 'any'] as const;

/**
 * `ended_at` follows the clock with a delay: it serves the indexes, and `date_expired` decides. Nearly every row that
 * has not ended has not expired; coalesce keeps the planner from multiplying both as if they had nothing to do with
 * each other, which made it expect a twentieth of the rows that there are.
 */
const WHERE_STATUS: Readonly<Record<(typeof STATUS_FILTERS)[number], Sql | null>> = {
  outstanding: sql`c.ended_at IS NULL AND coalesce(c.date_expired > now(), FALSE)`,
  expired: sql`c.gone_at IS NULL AND c.date_expired <= now()`,
  gone: sql`c.gone_at IS NOT NULL`,
  any: null,
};

export const stateFilters = {
  type: filter({
    schema: listOf(z.enum(CONTRACT_TYPES, `must be one of ${CONTRACT_TYPES.join(', ')}`))
      .optional()
      .meta({ description: 'Types of contract' }),
    repeatable: true,
    where: (types) =>
      types.length === 1
        ? sql`c.type = ${types[0]}::contract_type`
        : sql`c.type = ANY(${types}::contract_type[])`,
  }),
  status: filter({
    schema: z
      .enum(STATUS_FILTERS, `must be one of ${STATUS_FILTERS.join(', ')}`)
      .default('outstanding')
      .meta({
        description:
          '`outstanding`: on offer; `expired`: past `date_expired`; `gone`: left the list before that (accepted or deleted: ESI does not say which)',
      }),
    where: (status) => WHERE_STATUS[status],
  }),
};
