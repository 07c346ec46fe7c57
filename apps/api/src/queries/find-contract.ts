import { named, type Database } from '@hangar-bay/database';
import { IS_VISIBLE } from './contract-filters.js';
import { STATUS, type ContractRow } from './contract-row.js';

/** An included or requested item, as JSON has it. */
export interface ItemRow {
  readonly position: number;
  readonly record_id: number;
  readonly type_id: number;
  readonly type_name: string | null;
  readonly group_id: number | null;
  readonly group_name: string | null;
  readonly category_id: number | null;
  readonly category_name: string | null;
  readonly quantity: number;
  readonly is_included: boolean;
  readonly item_id: number | null;
  readonly is_blueprint_copy: boolean;
  readonly runs: number | null;
  readonly material_efficiency: number | null;
  readonly time_efficiency: number | null;
  /** Of a mutated item that ESI has described; otherwise all three are null. */
  readonly source_type_id: number | null;
  readonly mutator_type_id: number | null;
  readonly dogma_attributes: readonly DogmaAttribute[] | null;
}

export interface DogmaAttribute {
  readonly attribute_id: number;
  readonly value: number;
}

export interface BidRow {
  readonly bid_id: number;
  readonly amount: number;
  /** ISO 8601. */
  readonly date_bid: string;
}

/** A visible contract without what its row in the lists says. */
export interface FoundContract extends Pick<ContractRow, 'status' | 'row_version'> {
  readonly items: readonly ItemRow[];
  readonly bids: readonly BidRow[];
}

/** A visible contract, also when it is gone or expired; null where there is none. One statement. */
export async function findContract(db: Database, contractId: number): Promise<FoundContract | null> {
  const [found] = await db.$readRows<FoundContract[]>(named('contract')`
    SELECT ${STATUS} AS status, c.xmin::text AS row_version,
      (SELECT coalesce(json_agg(item ORDER BY item.position), '[]') FROM (
        SELECT item.position, item.record_id, item.type_id, type.name AS type_name, type.group_id,
          item_group.name AS group_name, item_group.category_id, category.name AS category_name, item.quantity,
          item.is_included, item.item_id, item.is_blueprint_copy, item.runs, item.material_efficiency,
          item.time_efficiency, mutated.source_type_id, mutated.mutator_type_id,
          mutated.raw -> 'dogma_attributes' AS dogma_attributes
        FROM contract_items item LEFT JOIN types type ON type.type_id = item.type_id
          LEFT JOIN groups item_group ON item_group.group_id = type.group_id
          LEFT JOIN categories category ON category.category_id = item_group.category_id
          LEFT JOIN dynamic_items mutated ON mutated.item_id = item.item_id AND mutated.fetched_at IS NOT NULL
        WHERE item.contract_id = c.contract_id) item) AS items,
      (SELECT coalesce(json_agg(bid ORDER BY bid.amount DESC, bid.bid_id DESC), '[]') FROM (
        SELECT bid_id, amount::float8 AS amount, date_bid FROM contract_bids
        WHERE contract_id = c.contract_id) bid) AS bids
    FROM contracts c WHERE c.contract_id = (SELECT ${contractId}::bigint) AND ${IS_VISIBLE}`);
  return found ?? null;
}
