import { sql, type Sql } from '@hangar-bay/database';

const TYPES = { int: sql`int`, bigint: sql`bigint` } as const;

/** Whether an integer column is one of the ids. One id is an equality, which lets an index also give the order. */
export function isOneOf(
  column: Sql,
  ids: readonly (number | string)[],
  type: keyof typeof TYPES = 'int',
): Sql {
  const [first] = ids;
  return ids.length === 1
    ? sql`${column} = ${first}::${TYPES[type]}`
    : sql`${column} = ANY(${ids}::${TYPES[type]}[])`;
}
