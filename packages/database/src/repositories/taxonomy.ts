import type { EsiCategory, EsiMarketGroup } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import type { Prisma } from '../generated/client.js';
import { sql } from '../sql.js';

/** A validated answer beside the whole of what ESI sent. */
interface Found<Value> {
  readonly value: Value;
  readonly raw: unknown;
}

export interface MissingTaxonomy {
  readonly category_ids: number[];
  readonly market_group_ids: number[];
}

/** Categories of known groups, and market groups of known types and their ancestors, that are not stored. */
export async function findMissingTaxonomy(db: Database): Promise<MissingTaxonomy> {
  const [row] = await db.$queryRaw<[MissingTaxonomy]>(sql`
    SELECT ARRAY(SELECT DISTINCT category_id FROM groups
                  WHERE NOT EXISTS (SELECT FROM categories WHERE categories.category_id = groups.category_id))
             AS category_ids,
           ARRAY(SELECT id FROM (SELECT market_group_id AS id FROM types
                                  UNION SELECT parent_group_id FROM market_groups) AS used
                  WHERE id IS NOT NULL
                    AND NOT EXISTS (SELECT FROM market_groups WHERE market_groups.market_group_id = used.id))
             AS market_group_ids`);
  return row;
}

type Raw = Prisma.InputJsonValue;

/** `null`: ESI does not know it; the row keeps it from being asked for again and again. */
export async function saveCategory(
  db: Database,
  categoryId: number,
  found: Found<EsiCategory> | null,
): Promise<void> {
  const values = {
    name: found?.value.name ?? null,
    raw: (found?.raw ?? {}) as Raw,
    refreshed_at: new Date(),
  };
  await db.category.upsert({
    where: { category_id: categoryId },
    create: { category_id: categoryId, ...values },
    update: values,
  });
}

/** `null`: ESI does not know it. */
export async function saveMarketGroup(
  db: Database,
  marketGroupId: number,
  found: Found<EsiMarketGroup> | null,
): Promise<void> {
  const values = {
    name: found?.value.name ?? null,
    parent_group_id: found?.value.parent_group_id ?? null,
    raw: (found?.raw ?? {}) as Raw,
    refreshed_at: new Date(),
  };
  await db.marketGroup.upsert({
    where: { market_group_id: marketGroupId },
    create: { market_group_id: marketGroupId, ...values },
    update: values,
  });
}
