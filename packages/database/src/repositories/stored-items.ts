import type { EsiItem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql, type Sql } from '../sql.js';

/** An item as ESI gave it, with what is known of its type. */
export type StoredItem = EsiItem & { readonly group_id?: number; readonly category_id?: number };

/** The stored items of a contract as one JSON list in ESI's order. */
export function itemsOf(contractId: Sql): Sql {
  return sql`(
    SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
             'record_id', record_id, 'type_id', item.type_id, 'quantity', quantity, 'is_included', is_included,
             'item_id', item_id, 'is_blueprint_copy', is_blueprint_copy, 'runs', runs,
             'material_efficiency', material_efficiency, 'time_efficiency', time_efficiency,
             'group_id', group_id, 'category_id', category_id))
           ORDER BY position), '[]')
      FROM contract_items AS item LEFT JOIN types USING (type_id) LEFT JOIN groups USING (group_id)
     WHERE item.contract_id = ${contractId})`;
}

/** The items that are stored of a contract, complete or not yet. */
export async function readItems(db: Database, contractId: number): Promise<StoredItem[]> {
  const [row] = await db.$queryRaw<[{ items: StoredItem[] }]>(
    sql`SELECT ${itemsOf(sql`${contractId}`)} AS items`,
  );
  return row.items;
}

/**
 * Keeps the items of a contract that cannot be completed yet, since one of their types cannot be had: they are not
 * asked for a second time.
 */
export async function keepItems(db: Database, contractId: number, items: readonly EsiItem[]): Promise<void> {
  const rows = items.map((item, position) => ({ position, ...item }));
  await db.$executeRaw(sql`
    INSERT INTO contract_items
      (contract_id, position, record_id, type_id, quantity, is_included, item_id, is_blueprint_copy, runs,
       material_efficiency, time_efficiency)
    SELECT contract_id, row.*
      FROM contracts, json_to_recordset(${JSON.stringify(rows)}::json) AS row (
        position int, record_id bigint, type_id int, quantity bigint, is_included boolean, item_id bigint,
        is_blueprint_copy boolean, runs int, material_efficiency int, time_efficiency int)
     WHERE contract_id = ${contractId} AND items_state = 'pending'
    ON CONFLICT DO NOTHING`);
}
