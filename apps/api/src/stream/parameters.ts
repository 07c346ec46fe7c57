import { z } from 'zod';
import { CONTRACT_FILTERS, type ContractFilterValues } from '../queries/contract-filters.js';

const { status: _status, ...filters } = CONTRACT_FILTERS;

const MAX_POSITION_LENGTH = 4_000;

/** The filters of the lists without `status`, which is what the events are about. */
export const streamParameters = {
  ...filters,
  last_event_id: {
    schema: z
      .string()
      .max(MAX_POSITION_LENGTH, `must have at most ${MAX_POSITION_LENGTH} characters`)
      .optional()
      .meta({
        description:
          'The `id` of the last event that was received, to go on after it; for clients that cannot set the header `Last-Event-ID`, which counts where both are given',
      }),
  },
};

export type StreamFilters = Omit<ContractFilterValues, 'status'>;
