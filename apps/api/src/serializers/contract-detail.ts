import { z } from 'zod';
import type { BidRow, FoundContract, ItemRow } from '../queries/find-contract.js';
import { contractSummarySchema } from './contract-summary.js';
import { blueprintTerms } from './copied-item.js';
import { count, formatTime, isk, largeId, name, smallId, time } from './values.js';

const dynamicSchema = z
  .object({
    source_type_id: smallId.meta({ description: 'The type that was mutated' }),
    mutator_type_id: smallId.meta({ description: 'The mutaplasmid' }),
    dogma_attributes: z
      .array(z.object({ attribute_id: count, value: z.number() }))
      .meta({ description: "All of the item's attributes, the unchanged ones too" }),
  })
  .meta({ id: 'DynamicItem' });

const itemSchema = z
  .object({
    position: count.meta({ description: 'Place in the payload; record_id can repeat within a contract' }),
    record_id: z.int(),
    type_id: smallId,
    type_name: name,
    group_id: smallId.nullable(),
    group_name: name,
    category_id: smallId.nullable(),
    category_name: name,
    quantity: count,
    is_included: z.boolean().meta({ description: 'True: the buyer gets it; false: the buyer gives it' }),
    item_id: largeId.nullable().meta({ description: 'Only of included items' }),
    ...blueprintTerms,
    dynamic: dynamicSchema.nullable().meta({
      description: 'What a mutaplasmid has made of the item; null where none has, or it is not known',
    }),
  })
  .meta({ id: 'ContractItem' });

const bidSchema = z.object({ bid_id: largeId, amount: isk, date_bid: time }).meta({ id: 'ContractBid' });

export const contractDetailSchema = z
  .object({
    ...contractSummarySchema.shape,
    items: z.array(itemSchema),
    bids: z
      .array(bidSchema)
      .meta({ description: 'Of an auction, the highest first. ESI does not say whose they are' }),
  })
  .meta({ id: 'ContractDetail' });

export type ContractDetail = z.output<typeof contractDetailSchema>;

/** The contract as JSON; `summary` is its row in the lists, which is JSON already. */
export function serializeContractDetail(summary: Buffer, { items, bids }: FoundContract): Buffer {
  const rest: Pick<ContractDetail, 'items' | 'bids'> = {
    items: items.map(serializeItem),
    bids: bids.map(serializeBid),
  };
  return Buffer.concat([summary.subarray(0, -1), Buffer.from(`,${JSON.stringify(rest).slice(1)}`)]);
}

function serializeItem(row: ItemRow): z.output<typeof itemSchema> {
  return {
    position: row.position,
    record_id: row.record_id,
    type_id: row.type_id,
    type_name: row.type_name,
    group_id: row.group_id,
    group_name: row.group_name,
    category_id: row.category_id,
    category_name: row.category_name,
    quantity: row.quantity,
    is_included: row.is_included,
    item_id: row.item_id,
    is_blueprint_copy: row.is_blueprint_copy,
    runs: row.runs,
    material_efficiency: row.material_efficiency,
    time_efficiency: row.time_efficiency,
    dynamic: serializeDynamic(row),
  };
}

function serializeDynamic({
  source_type_id,
  mutator_type_id,
  dogma_attributes,
}: ItemRow): z.output<typeof dynamicSchema> | null {
  if (source_type_id === null || mutator_type_id === null || dogma_attributes === null) {
    return null;
  }
  return {
    source_type_id,
    mutator_type_id,
    dogma_attributes: dogma_attributes.map(({ attribute_id, value }) => ({ attribute_id, value })),
  };
}

function serializeBid({ bid_id, amount, date_bid }: BidRow): z.output<typeof bidSchema> {
  return { bid_id, amount, date_bid: formatTime(new Date(date_bid)) };
}
