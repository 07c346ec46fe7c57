import { z } from 'zod';
import { CONTRACT_TYPES } from '@hangar-bay/domain';
import type { Facet, FacetCounts } from '../queries/contract-facets.js';
import { count, name, smallId } from './values.js';

const ofId = z.array(z.object({ value: smallId, name, count }));

export const facetsSchema = z
  .object({
    type: z.array(z.object({ value: z.enum(CONTRACT_TYPES), name: z.null(), count })).optional(),
    region_id: ofId.optional(),
    category_id: ofId.optional(),
  })
  .meta({
    id: 'ContractFacets',
    description:
      'For each facet the values that occur, the most frequent first, each with the number of contracts that the list would hold if the filter of that name asked for this value alone',
  });

export type Facets = z.output<typeof facetsSchema>;

export function serializeFacets(counted: readonly FacetCounts[]): Facets {
  const entries = counted.map(({ facet, counts }): [Facet, unknown] => [facet, counts ?? []]);
  return Object.fromEntries(entries);
}
