import { z } from 'zod';
import type { ContractRow } from '../queries/contract-row.js';
import { count, name, smallId } from './values.js';

export const blueprintTerms = {
  is_blueprint_copy: z
    .boolean()
    .meta({ description: 'False for an original and for everything that is no blueprint' }),
  runs: z.int().nullable().meta({ description: 'Of a blueprint copy' }),
  material_efficiency: z.int().nullable().meta({ description: 'Of a blueprint' }),
  time_efficiency: z.int().nullable().meta({ description: 'Of a blueprint' }),
};

export const copiedItemSchema = z
  .object({ type_id: smallId, name, quantity: count, ...blueprintTerms })
  .meta({ id: 'CopiedItem', description: 'The one item row that a contract is about' });

export type CopiedItem = z.output<typeof copiedItemSchema>;

/** The item of the row under one of its two prefixes; null where the row has none. */
export function serializeCopiedItem(row: ContractRow, prefix: 'ship' | 'primary'): CopiedItem | null {
  const typeId = row[`${prefix}_type_id`];
  return typeId === null
    ? null
    : {
        type_id: typeId,
        name: row[`${prefix}_name`],
        quantity: Number(row[`${prefix}_quantity`] ?? 0),
        is_blueprint_copy: row[`${prefix}_is_blueprint_copy`] ?? false,
        runs: row[`${prefix}_runs`],
        material_efficiency: row[`${prefix}_material_efficiency`],
        time_efficiency: row[`${prefix}_time_efficiency`],
      };
}
