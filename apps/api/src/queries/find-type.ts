import { named, type Database } from '@hangar-bay/database';
import { IS_OUTSTANDING } from './outstanding.js';

export interface TypeRow {
  readonly type_id: number;
  readonly name: string;
  readonly group_id: number;
  readonly group_name: string;
  readonly category_id: number;
  readonly category_name: string | null;
  readonly market_group_id: number | null;
  readonly market_group_name: string | null;
  /** ESI's whole answer. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly refreshed_at: Date;
  readonly outstanding: bigint;
}

/** A type that some contract has held; null where none has. One statement. */
export async function findType(db: Database, typeId: number): Promise<TypeRow | null> {
  const [row] = await db.$readRows<TypeRow[]>(
    named('type')`
    SELECT type.type_id, type.name, type.group_id, type_group.name AS group_name,
      type_group.category_id, category.name AS category_name,
      type.market_group_id, market_group.name AS market_group_name, type.raw, type.refreshed_at,
      (SELECT count(DISTINCT item.contract_id)
         FROM contract_items item JOIN contracts c ON c.contract_id = item.contract_id
        WHERE item.type_id = type.type_id AND item.is_included AND NOT item.ended
          AND ${IS_OUTSTANDING}) AS outstanding
    FROM types type
      JOIN groups type_group ON type_group.group_id = type.group_id
      LEFT JOIN categories category ON category.category_id = type_group.category_id
      LEFT JOIN market_groups market_group ON market_group.market_group_id = type.market_group_id
    WHERE type.type_id = (SELECT ${typeId}::int)`,
  );
  return row ?? null;
}
