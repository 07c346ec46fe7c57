import { z } from 'zod';
import type { BidRow, ContractWithItems, ItemRow } from '../queries/find-contract.js';
import { contractSummarySchema, serializeContractSummary } from './contract-summary.js';
import { blueprintTerms } from './copied-item.js';
import { count, formatTime, isk, largeId, name, smallId, time, toNumber } from './values.js';

const itemSchema = z
  .object({
    position: count.meta({ description: 'Place in the payload; record_id can repeat within a contract' }),
    record_id: z.int(),
    type_id: smallId,
    type_name: name,
    quantity: count,
    is_included: z.boolean().meta({ description: 'True: the buyer gets it; false: the buyer gives it' }),
    item_id: largeId.nullable().meta({ description: 'Only of included items' }),
    ...blueprintTerms,
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

export function serializeContractDetail({ contract, items, bids }: ContractWithItems): ContractDetail {
  return {
    ...serializeContractSummary(contract),
    items: items.map(serializeItem),
    bids: bids.map(serializeBid),
  };
}

function serializeItem(row: ItemRow): z.output<typeof itemSchema> {
  return {
    position: row.position,
    record_id: Number(row.record_id),
    type_id: row.type_id,
    type_name: row.type_name,
    quantity: Number(row.quantity),
    is_included: row.is_included,
    item_id: toNumber(row.item_id),
    is_blueprint_copy: row.is_blueprint_copy,
    runs: row.runs,
    material_efficiency: row.material_efficiency,
    time_efficiency: row.time_efficiency,
  };
}

function serializeBid({ bid_id, amount, date_bid }: BidRow): z.output<typeof bidSchema> {
  return { bid_id: Number(bid_id), amount, date_bid: formatTime(date_bid) };
}
