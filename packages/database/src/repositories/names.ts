import type { EsiName } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** An id that ESI did not know is asked for again after this time. */
const RETRY_AFTER = '1 day';

/** Up to `limit` ids whose names wait to be asked for, those never asked for first. */
export async function findWaitingNames(db: Database, limit: number): Promise<number[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(sql`
    SELECT id FROM names
     WHERE resolved_at IS NULL AND (failed_at IS NULL OR failed_at < now() - ${RETRY_AFTER}::interval)
     ORDER BY failed_at NULLS FIRST, id LIMIT ${limit}`);
  return rows.map((row) => Number(row.id));
}

/** An id that ESI has named before; null: there is none. */
export async function findNamedId(db: Database): Promise<number | null> {
  const [row] = await db.$queryRaw<{ id: bigint }[]>(sql`
    SELECT id FROM names WHERE name IS NOT NULL ORDER BY id LIMIT 1`);
  return row === undefined ? null : Number(row.id);
}

export async function saveNames(
  db: Database,
  names: readonly EsiName[],
  unknown: readonly number[],
): Promise<void> {
  await db.$transaction([
    db.$executeRaw(sql`
      UPDATE names SET name = found.name, category = found.category, resolved_at = now(), failed_at = NULL
        FROM json_to_recordset(${JSON.stringify(names)}::json) AS found (id bigint, name text, category text)
       WHERE names.id = found.id`),
    db.$executeRaw(sql`UPDATE names SET failed_at = now() WHERE id = ANY (${unknown}::bigint[])`),
  ]);
}
