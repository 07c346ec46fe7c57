import type { EsiDynamicItem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface DynamicItemId {
  readonly item_id: number;
  readonly type_id: number;
}

/** Modules, drones and fighters: what mutaplasmids work on. Mutaplasmids themselves are of another category. */
const MUTABLE_CATEGORIES = [7, 18, 87];
/** Dogma attribute metaGroupID, and the meta group of mutated items. */
const ABYSSAL = JSON.stringify({ dogma_attributes: [{ attribute_id: 1692, value: 15 }] });
/** After so many failures ESI is not asked again. */
const MAX_ATTEMPTS = 8;

/**
 * Types whose items have attributes of their own. ESI does not give a type's meta group, and the dogma attribute that
 * should stand for it is missing on the mutated types that were seen. What they do have: they are of a kind that can
 * be mutated, the market does not trade them, and all are named Abyssal or Mutated.
 */
const MUTATED_TYPES = sql`
  SELECT type_id FROM types
   WHERE group_id = ANY (ARRAY(SELECT group_id FROM groups WHERE category_id = ANY (${MUTABLE_CATEGORIES}::int[])))
     AND market_group_id IS NULL
     AND (types.name ~ '\\m(Abyssal|Mutated)\\M' OR types.raw @> ${ABYSSAL}::jsonb)`;

/**
 * Single included items of mutated types that are not known yet. The types come as an array, so that PostgreSQL looks
 * their items up by index instead of reading all items.
 */
const NEW_ITEMS = sql`
  SELECT DISTINCT ON (item.item_id) item.item_id, item.type_id FROM contract_items AS item
   WHERE item.type_id = ANY (ARRAY(${MUTATED_TYPES})) AND item.is_included AND item.item_id IS NOT NULL AND item.quantity = 1
     AND NOT EXISTS (SELECT FROM dynamic_items AS known WHERE known.item_id = item.item_id)`;

const IS_WAITING = sql`
  fetched_at IS NULL AND attempts < ${MAX_ATTEMPTS} AND (retry_at IS NULL OR retry_at <= now())`;

/** Whether there is an item to ask for. */
export async function hasWaitingDynamicItems(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ waiting: boolean }]>(sql`
    SELECT EXISTS (SELECT FROM dynamic_items WHERE ${IS_WAITING}) OR EXISTS (${NEW_ITEMS}) AS waiting`);
  return row.waiting;
}

/** Notes the mutated items of stored contracts that are not known yet; they wait to be asked for. */
export async function addDynamicItems(db: Database): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO dynamic_items (item_id, type_id) ${NEW_ITEMS} ORDER BY item.item_id
    ON CONFLICT (item_id) DO NOTHING`);
}

/** Up to `limit` items that wait to be asked for, those never asked for first. */
export async function findWaitingDynamicItems(db: Database, limit: number): Promise<DynamicItemId[]> {
  const rows = await db.$queryRaw<{ item_id: bigint; type_id: number }[]>(sql`
    SELECT item_id, type_id FROM dynamic_items WHERE ${IS_WAITING} ORDER BY retry_at NULLS FIRST LIMIT ${limit}`);
  return rows.map((row) => ({ item_id: Number(row.item_id), type_id: row.type_id }));
}

export async function saveDynamicItem(
  db: Database,
  itemId: number,
  { source_type_id, mutator_type_id }: EsiDynamicItem,
  raw: unknown,
): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE dynamic_items
       SET source_type_id = ${source_type_id}, mutator_type_id = ${mutator_type_id}, raw = ${JSON.stringify(raw)}::jsonb,
           attempts = attempts + 1, retry_at = NULL, fetched_at = now()
     WHERE item_id = ${itemId} AND fetched_at IS NULL`);
}

/** Asks for the item again later, without counting a failure. */
export async function putOffDynamicItem(db: Database, itemId: number, seconds: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE dynamic_items SET retry_at = now() + make_interval(secs => ${seconds})
     WHERE item_id = ${itemId} AND fetched_at IS NULL`);
}

/** Notes a failure; the item is asked for again after 1 h, 2 h, 4 h …, eight times in all. */
export async function markDynamicItemFailed(db: Database, itemId: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE dynamic_items SET attempts = attempts + 1, retry_at = now() + 2 ^ attempts * interval '1 hour'
     WHERE item_id = ${itemId} AND fetched_at IS NULL`);
}
