import type { EsiGroup, EsiType } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import type { Prisma } from '../generated/client.js';

export interface KnownType {
  readonly type_id: number;
  readonly group_id: number;
  readonly category_id: number;
}

type Raw = Prisma.InputJsonValue;

export async function findTypes(db: Database, typeIds: readonly number[]): Promise<KnownType[]> {
  const types = await db.type.findMany({
    where: { type_id: { in: [...typeIds] } },
    select: { type_id: true, group_id: true, group: { select: { category_id: true } } },
  });
  return types.map(({ group, ...type }) => ({ ...type, category_id: group.category_id }));
}

export async function findGroup(db: Database, groupId: number): Promise<{ category_id: number } | null> {
  return db.group.findUnique({ where: { group_id: groupId }, select: { category_id: true } });
}

/** Its group must be stored before it. */
export async function saveType(db: Database, { type_id, ...type }: EsiType, raw: unknown): Promise<void> {
  const values = {
    name: type.name,
    group_id: type.group_id,
    market_group_id: type.market_group_id ?? null,
    raw: raw as Raw,
    refreshed_at: new Date(),
  };
  await db.type.upsert({ where: { type_id }, create: { type_id, ...values }, update: values });
}

export async function saveGroup(db: Database, { group_id, ...group }: EsiGroup, raw: unknown): Promise<void> {
  const values = { ...group, raw: raw as Raw, refreshed_at: new Date() };
  await db.group.upsert({ where: { group_id }, create: { group_id, ...values }, update: values });
}
