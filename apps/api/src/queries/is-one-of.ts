import { sql, type Sql } from '@hangar-bay/database';

/** Whether an integer column is one of the ids. One id is an equality, which lets an index also give the order. */
export function isOneOf(column: Sql, ids: readonly number[]): Sql {
  const [first] = ids;
  return ids.length === 1 ? sql`${column} = ${first}::int` : sql`${column} = ANY(${ids}::int[])`;
}
