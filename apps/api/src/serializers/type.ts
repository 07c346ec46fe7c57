import { z } from 'zod';
import type { TypeRow } from '../queries/find-type.js';
import { count, formatTime, name, smallId, time } from './values.js';

const measure = (description: string) => z.number().nullable().meta({ description });

export const typeSchema = z
  .object({
    type_id: smallId,
    name: z.string(),
    group_id: smallId,
    group_name: z.string(),
    category_id: smallId,
    category_name: name,
    market_group_id: smallId.nullable().meta({ description: 'Null for what the market does not trade' }),
    market_group_name: name,
    outstanding: count.meta({ description: 'Contracts on offer that hold it among what the buyer gets' }),
    description: z.string().nullable().meta({ description: "ESI's text, with the game's own markup" }),
    published: z.boolean().nullable(),
    volume: measure('Cubic metres, assembled'),
    packaged_volume: measure('Cubic metres, packaged'),
    capacity: measure('Cubic metres'),
    mass: measure('Kilograms'),
    radius: measure('Metres'),
    portion_size: measure('How many are made or refined at once'),
    graphic_id: z.int().nullable(),
    icon_id: z.int().nullable(),
    refreshed_at: time.meta({ description: 'When ESI was last asked for it' }),
  })
  .meta({ id: 'Type', description: 'Null where ESI does not say' });

export type TypeAnswer = z.output<typeof typeSchema>;

export function serializeType({ raw, ...row }: TypeRow): TypeAnswer {
  return {
    type_id: row.type_id,
    name: row.name,
    group_id: row.group_id,
    group_name: row.group_name,
    category_id: row.category_id,
    category_name: row.category_name,
    market_group_id: row.market_group_id,
    market_group_name: row.market_group_name,
    outstanding: Number(row.outstanding),
    description: typeof raw['description'] === 'string' ? raw['description'] : null,
    published: typeof raw['published'] === 'boolean' ? raw['published'] : null,
    volume: numberIn(raw, 'volume'),
    packaged_volume: numberIn(raw, 'packaged_volume'),
    capacity: numberIn(raw, 'capacity'),
    mass: numberIn(raw, 'mass'),
    radius: numberIn(raw, 'radius'),
    portion_size: numberIn(raw, 'portion_size'),
    graphic_id: numberIn(raw, 'graphic_id'),
    icon_id: numberIn(raw, 'icon_id'),
    refreshed_at: formatTime(row.refreshed_at),
  };
}

function numberIn(raw: TypeRow['raw'], field: string): number | null {
  const value = raw[field];
  return typeof value === 'number' ? value : null;
}
