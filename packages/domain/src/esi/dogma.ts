import { z } from 'zod';
import { intId } from './values.js';

/** `GET /dogma/dynamic/items/{type_id}/{item_id}`: an item that a mutaplasmid has changed. */
export const esiDynamicItemSchema = z.object({
  source_type_id: intId,
  mutator_type_id: intId,
  dogma_attributes: z.array(z.object({ attribute_id: z.int32(), value: z.number() })),
});

export type EsiDynamicItem = z.output<typeof esiDynamicItemSchema>;
