import { CONTRACT_TYPES } from '@hangar-bay/domain';
import { z } from 'zod';
import type { ContractRow } from '../queries/contract-row.js';
import { SECURITY_CLASSES } from '../queries/security.js';
import { copiedItemSchema, serializeCopiedItem } from './copied-item.js';
import { count, formatTime, isk, largeId, name, smallId, time, toNumber } from './values.js';

const compositionSchema = z
  .object({
    category_id: smallId.nullable().meta({ description: 'Null: of types that are not known yet' }),
    category_name: name,
    item_rows: count.meta({ description: 'Included rows of this category' }),
    quantity: count.meta({ description: 'The sum of their quantities' }),
  })
  .meta({ id: 'CategoryContents' });

const start = 'Of the start location; null where that is a structure, whose system only its guests can know';

export const contractSummarySchema = z
  .object({
    contract_id: largeId,
    type: z.enum(CONTRACT_TYPES),
    status: z.enum(['outstanding', 'expired', 'gone']),
    region_id: smallId.meta({ description: 'The region whose list holds the contract' }),
    region_name: name,
    system_id: smallId.nullable().meta({ description: start }),
    system_name: name,
    security_status: z
      .number()
      .nullable()
      .meta({ description: `From -1 to 1, unrounded. ${start}` }),
    security: z
      .enum(SECURITY_CLASSES)
      .nullable()
      .meta({ description: `As the filter of that name takes it. ${start}` }),
    start_location_id: largeId.nullable(),
    start_location_name: name,
    end_location_id: largeId.nullable(),
    end_location_name: name,
    issuer_id: largeId,
    issuer_name: name,
    issuer_corporation_id: largeId,
    issuer_corporation_name: name,
    for_corporation: z.boolean(),
    title: z.string().meta({ description: 'Free text by players: not to be trusted' }),
    price: isk.nullable().meta({ description: 'ISK; of an auction the starting bid' }),
    reward: isk.nullable().meta({ description: 'ISK that the taker gets' }),
    collateral: isk.nullable().meta({ description: 'ISK; couriers' }),
    buyout: isk
      .nullable()
      .meta({ description: 'ISK, as ESI gives it: 0 on an auction means that it has no buyout' }),
    highest_bid: isk
      .nullable()
      .meta({ description: 'ISK; of an auction, up to 5 minutes old. Null where nobody has bid' }),
    bid_count: count.meta({ description: 'Bids on an auction' }),
    volume: z.number().min(0).nullable().meta({ description: 'Cubic metres' }),
    reward_per_volume: z
      .number()
      .min(0)
      .nullable()
      .meta({ description: 'ISK for a cubic metre; null where there is no reward or no volume' }),
    days_to_complete: z.int().min(0).nullable(),
    date_issued: time,
    date_expired: time,
    ship: copiedItemSchema.nullable().meta({ description: 'The ship, where ship_row_count is 1' }),
    primary_item: copiedItemSchema
      .nullable()
      .meta({ description: 'The item, where included_row_count is 1' }),
    ship_row_count: count.meta({
      description: 'Included rows of a ship type: 1 makes a ship contract, more a bundle',
    }),
    included_row_count: count.meta({ description: 'Rows of items that the buyer gets' }),
    requested_row_count: count.meta({ description: 'Rows of items that the buyer gives' }),
    contains_additional_items: z
      .boolean()
      .meta({ description: 'Whether there is more than one included row' }),
    ship_bundle: z.boolean().meta({ description: 'Whether there are several included rows of ship types' }),
    composition: z
      .array(compositionSchema)
      .meta({ description: 'What the buyer gets, by category; the category with the most rows first' }),
  })
  .meta({ id: 'ContractSummary' });

export type ContractSummary = z.output<typeof contractSummarySchema>;

export function serializeContractSummary(row: ContractRow): ContractSummary {
  return {
    contract_id: Number(row.contract_id),
    type: row.type,
    status: row.status,
    region_id: row.region_id,
    region_name: row.region_name,
    system_id: row.system_id,
    system_name: row.system_name,
    security_status: row.security_status,
    security: row.security,
    start_location_id: toNumber(row.start_location_id),
    start_location_name: row.start_location_name,
    end_location_id: toNumber(row.end_location_id),
    end_location_name: row.end_location_name,
    issuer_id: Number(row.issuer_id),
    issuer_name: row.issuer_name,
    issuer_corporation_id: Number(row.issuer_corporation_id),
    issuer_corporation_name: row.issuer_corporation_name,
    for_corporation: row.for_corporation,
    title: row.title,
    price: row.price,
    reward: row.reward,
    collateral: row.collateral,
    buyout: row.buyout,
    highest_bid: row.highest_bid,
    bid_count: row.bid_count,
    volume: row.volume,
    reward_per_volume: row.reward_per_volume,
    days_to_complete: row.days_to_complete,
    date_issued: formatTime(row.date_issued),
    date_expired: formatTime(row.date_expired),
    ship: serializeCopiedItem(row, 'ship'),
    primary_item: serializeCopiedItem(row, 'primary'),
    ship_row_count: row.ship_row_count,
    included_row_count: row.included_row_count,
    requested_row_count: row.requested_row_count,
    contains_additional_items: row.contains_additional_items,
    ship_bundle: row.ship_row_count > 1,
    composition: [...(row.composition ?? [])],
  };
}
