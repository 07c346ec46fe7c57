import type { EsiGroup, EsiType } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import type { Prisma } from '../generated/client.js';
import { sql } from '../sql.js';

export interface KnownType {
  readonly type_id: number;
  readonly group_id: number;
  readonly category_id: number;
}

type Raw = Prisma.InputJsonValue;

/** Now, by the clock that says when a type has moved. */
export async function readClock(db: Database): Promise<Date> {
  const [row] = await db.$queryRaw<[{ now: Date }]>(sql`SELECT now() AS now`);
  return row.now;
}

export function findAllTypes(db: Database): Promise<KnownType[]> {
  return db.$readRows<KnownType[]>(sql`
    SELECT type_id, group_id, category_id FROM types JOIN groups USING (group_id)`);
}

export async function findTypes(db: Database, typeIds: readonly number[]): Promise<KnownType[]> {
  return db.$queryRaw<KnownType[]>(sql`
    SELECT type_id, group_id, category_id FROM types JOIN groups USING (group_id)
     WHERE type_id = ANY (${typeIds}::int[])`);
}

export async function findGroup(db: Database, groupId: number): Promise<{ category_id: number } | null> {
  return db.group.findUnique({ where: { group_id: groupId }, select: { category_id: true } });
}

export interface FetchedType {
  readonly value: EsiType;
  /** ESI's whole answer. */
  readonly raw: unknown;
}

/** Stores distinct types, all or none. Their groups must be stored before them. */
export async function saveTypes(db: Database, types: readonly FetchedType[]): Promise<void> {
  const rows = types.map(({ value, raw }) => ({ ...value, raw }));
  await db.$executeRaw(sql`
    INSERT INTO types (type_id, name, group_id, market_group_id, raw, refreshed_at)
    SELECT type_id, name, group_id, market_group_id, raw, now()
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row (
        type_id int, name text, group_id int, market_group_id int, raw jsonb)
     ORDER BY type_id
    ON CONFLICT (type_id) DO UPDATE SET
      name = excluded.name, group_id = excluded.group_id, market_group_id = excluded.market_group_id,
      raw = excluded.raw, refreshed_at = excluded.refreshed_at`);
}

export async function saveGroup(db: Database, { group_id, ...group }: EsiGroup, raw: unknown): Promise<void> {
  const values = { ...group, raw: raw as Raw, refreshed_at: new Date() };
  await db.group.upsert({ where: { group_id }, create: { group_id, ...values }, update: values });
}
