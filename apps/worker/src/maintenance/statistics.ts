import { analyseTables, findUnanalysedTables } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';

/** Lets PostgreSQL look at tables that have grown a lot, so that it plans for what they hold. */
export async function refreshStatistics({ db }: WorkerContext): Promise<object> {
  const tables = await findUnanalysedTables(db);
  await analyseTables(db, tables);
  return { analysed: tables };
}
