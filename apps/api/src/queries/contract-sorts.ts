import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';

/** A column of `c` to sort by. */
export interface SortColumn {
  readonly column: Sql;
  /** Reads back the text of a value of the column. */
  readonly fromText: (text: string) => Sql;
  /** Rows without a value come last both ways. */
  readonly nullable: boolean;
}

export interface Sort extends SortColumn {
  readonly descending: boolean;
}

const date = { fromText: (text: string) => sql`${text}::timestamptz`, nullable: false };
const isk = { fromText: (text: string) => sql`${text}::numeric`, nullable: true };
const double = { fromText: (text: string) => sql`${text}::float8`, nullable: true };

/** Every sort of the contract lists; each also works downwards, with a minus. Each has its two indexes. */
const SORT_COLUMNS: Readonly<Record<string, SortColumn>> = {
  date_issued: { ...date, column: sql`c.date_issued` },
  date_expired: { ...date, column: sql`c.date_expired` },
  price: { ...isk, column: sql`c.price` },
  buyout: { ...isk, column: sql`c.buyout` },
  reward: { ...isk, column: sql`c.reward` },
  collateral: { ...isk, column: sql`c.collateral` },
  volume: { ...double, column: sql`c.volume` },
  reward_per_volume: { ...double, column: sql`c.reward_per_volume` },
  days_to_complete: {
    column: sql`c.days_to_complete`,
    fromText: (text) => sql`${text}::int`,
    nullable: true,
  },
  ship_name: { column: sql`c.ship_name`, fromText: (text) => sql`${text}::text`, nullable: true },
};

const SORT_NAMES = Object.keys(SORT_COLUMNS).flatMap((name) => [name, `-${name}`]);

export const sortParameter = {
  schema: z
    .enum(SORT_NAMES, `must be one of ${SORT_NAMES.join(', ')}`)
    .default('-date_issued')
    .meta({
      description:
        'Upwards, or downwards with a minus. Rows without the value come last both ways; ties by `contract_id`, in the same direction. Names by code point',
    }),
};

/** The sort that a checked `sort` parameter names. */
export function sortNamed(name: string): Sort {
  const descending = name.startsWith('-');
  const column = SORT_COLUMNS[descending ? name.slice(1) : name];
  if (column === undefined) {
    throw new Error(`There is no sort ${name}`);
  }
  return { ...column, descending };
}
