import type { Database, Sql } from '@hangar-bay/database';
import { ANSWER_WITHIN_MS } from '../http/middleware/deadline.js';
import { DatabaseRefusedError } from './database-problem.js';

/** As much of a database as reading takes. */
export type Reader = Pick<Database, '$readRows'>;

/**
 * For what takes several statements, one after another: none begins when the time of an answer is over, counted from now.
 * @throws DatabaseRefusedError where nobody waits for the rows any more.
 */
export function readInTime(db: Reader): Reader {
  const startedAt = performance.now();
  return {
    async $readRows<Rows extends object[]>(statement: Sql) {
      if (performance.now() - startedAt > ANSWER_WITHIN_MS) {
        throw new DatabaseRefusedError('slow');
      }
      return db.$readRows<Rows>(statement);
    },
  };
}
