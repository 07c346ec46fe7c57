import type { Sql } from '@hangar-bay/database';
import type { Reader } from './read-in-time.js';

/** The one row of a statement that always has one. */
export async function readOne<Row extends object>(db: Reader, statement: Sql): Promise<Row> {
  const [row] = await db.$readRows<Row[]>(statement);
  if (row === undefined) {
    throw new Error('A statement that always gives a row gave none');
  }
  return row;
}
