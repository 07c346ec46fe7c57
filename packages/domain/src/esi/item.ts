import { z } from 'zod';
import { bigId, intId } from './values.js';

/**
 * A row of `GET /contracts/public/items/{contract_id}`.
 *
 * `is_blueprint_copy` is true or absent, so absent is false. Requested rows (`is_included: false`) carry only the
 * first four fields. `record_id` can repeat within a contract (https://github.com/esi/esi-issues/issues/1036).
 */
export const esiItemSchema = z.object({
  record_id: z.int(),
  type_id: intId,
  quantity: z.int().min(0),
  is_included: z.boolean(),
  item_id: bigId.optional(),
  is_blueprint_copy: z.boolean().default(false),
  runs: z.int32().optional(),
  material_efficiency: z.int32().optional(),
  time_efficiency: z.int32().optional(),
});

export type EsiItem = z.output<typeof esiItemSchema>;
