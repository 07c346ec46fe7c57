import type { Database, Sql } from '@hangar-bay/database';
import { ANSWER_WITHIN_MS } from '../http/middleware/deadline.js';
import { DatabaseRefusedError } from './database-problem.js';

/** Asks a statement. @throws DatabaseRefusedError where nobody waits for its rows any more. */
export type Ask = <Row extends object>(statement: Sql) => Promise<Row[]>;

/** For what takes several statements, one after another: none begins when the time of an answer is over. */
export function askInTime(db: Pick<Database, '$readRows'>): Ask {
  const startedAt = performance.now();
  return async <Row extends object>(statement: Sql) => {
    if (performance.now() - startedAt > ANSWER_WITHIN_MS) {
      throw new DatabaseRefusedError('slow');
    }
    return db.$readRows<Row[]>(statement);
  };
}
