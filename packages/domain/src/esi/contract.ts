import { z } from 'zod';
import { bigId, esiDate, isk } from './values.js';

/** ESI allows 50 characters; ten times that leaves room for a change of mind and none for a payload. */
const MAX_TITLE_LENGTH = 500;

export const CONTRACT_TYPES = ['unknown', 'item_exchange', 'auction', 'courier', 'loan'] as const;

/**
 * A row of `GET /contracts/public/{region_id}`, unknown fields dropped.
 *
 * Only what ESI calls required is required. What ESI leaves out gets its meaning here, once:
 * `for_corporation` is true or absent, so absent is false; an absent `title` is an empty one.
 */
export const esiContractSchema = z.object({
  contract_id: bigId,
  type: z.enum(CONTRACT_TYPES),
  issuer_id: bigId,
  issuer_corporation_id: bigId,
  for_corporation: z.boolean().default(false),
  date_issued: esiDate,
  date_expired: esiDate,
  title: z
    .string()
    .max(MAX_TITLE_LENGTH)
    .refine((title) => !/\0|\p{Surrogate}/u.test(title), 'contains a character that PostgreSQL cannot store')
    .default(''),
  price: isk.optional(),
  reward: isk.optional(),
  collateral: isk.optional(),
  buyout: isk.optional(),
  volume: z.number().min(0).optional(),
  days_to_complete: z.int32().min(0).optional(),
  start_location_id: bigId.optional(),
  end_location_id: bigId.optional(),
});

export type EsiContract = z.output<typeof esiContractSchema>;
export type ContractType = EsiContract['type'];

/** Whether ESI has items for contracts of this type. Items of couriers must not be asked for. */
export function hasItems(type: ContractType): boolean {
  return type === 'item_exchange' || type === 'auction';
}
