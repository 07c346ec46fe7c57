import type { Database } from '../client.js';
import { sql, type Sql } from '../sql.js';

export type UniverseKind = 'type' | 'group' | 'category' | 'market_group';

/** Something of ESI's universe whose copy has grown old. */
export interface StaleThing {
  readonly kind: UniverseKind;
  readonly id: number;
}

const TABLES: Record<UniverseKind, { readonly table: Sql; readonly id: Sql }> = {
  type: { table: sql`types`, id: sql`type_id` },
  group: { table: sql`groups`, id: sql`group_id` },
  category: { table: sql`categories`, id: sql`category_id` },
  market_group: { table: sql`market_groups`, id: sql`market_group_id` },
};

/** Up to `limit` types, groups, categories and market groups older than `days`, the oldest first. */
export async function findStale(db: Database, days: number, limit: number): Promise<StaleThing[]> {
  const oldest = (kind: UniverseKind) => sql`
    (SELECT ${kind}::text AS kind, ${TABLES[kind].id} AS id, refreshed_at FROM ${TABLES[kind].table}
      WHERE refreshed_at < now() - make_interval(days => ${days}::int) ORDER BY refreshed_at LIMIT ${limit})`;
  return db.$queryRaw<StaleThing[]>(sql`
    SELECT kind, id FROM (
      ${oldest('type')} UNION ALL ${oldest('group')} UNION ALL ${oldest('category')}
      UNION ALL ${oldest('market_group')}) AS stale
     ORDER BY refreshed_at LIMIT ${limit}`);
}

/**
 * Counts as refreshed without having been, so that it is not asked for again and again; `again`: as refreshed so long
 * ago that it is stale again, by that number of days, after so many seconds.
 */
export async function putOff(
  db: Database,
  { kind, id }: StaleThing,
  again: { readonly days: number; readonly seconds: number } = { days: 0, seconds: 0 },
): Promise<void> {
  const { table, id: column } = TABLES[kind];
  await db.$executeRaw(sql`
    UPDATE ${table}
       SET refreshed_at = now() - make_interval(days => ${again.days}::int) + make_interval(secs => ${again.seconds})
     WHERE ${column} = ${id}`);
}
