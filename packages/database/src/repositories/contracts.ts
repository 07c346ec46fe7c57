import { CLASSIFICATION_VERSION, type Classification, type EsiItem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** Whether a contract's items are still wanted; null where it is not known. */
export async function isPending(db: Database, contractId: number): Promise<boolean | null> {
  const [row] = await db.$queryRaw<{ pending: boolean }[]>(sql`
    SELECT items_state = 'pending' AND gone_at IS NULL AS pending FROM contracts WHERE contract_id = ${contractId}`);
  return row?.pending ?? null;
}

/** Listed contracts of a region whose items have been wanted since before `before`: their jobs may be lost. */
export async function findPendingContracts(db: Database, regionId: number, before: Date): Promise<number[]> {
  const rows = await db.$queryRaw<{ contract_id: bigint }[]>(sql`
    SELECT contract_id FROM contracts
     WHERE region_id = ${regionId} AND items_state = 'pending' AND gone_at IS NULL AND first_seen_at < ${before}`);
  return rows.map((row) => Number(row.contract_id));
}

/**
 * Stores a contract's items and what they say about it in one statement: it becomes visible in that commit.
 * @returns false where it was complete already; then nothing changes.
 */
export async function storeContractItems(
  db: Database,
  contractId: number,
  items: readonly EsiItem[],
  { ship, primary, ...counts }: Classification,
): Promise<boolean> {
  const rows = items.map((item, position) => ({ position, ...item }));
  const [result] = await db.$queryRaw<[{ stored: boolean }]>(sql`
    WITH contract AS (
      UPDATE contracts SET
        items_state = 'stored', visible_since = now(), classification_version = ${CLASSIFICATION_VERSION},
        included_row_count = ${counts.included_row_count}, requested_row_count = ${counts.requested_row_count},
        ship_row_count = ${counts.ship_row_count}, contains_additional_items = ${counts.contains_additional_items},
        ship_type_id = ${ship?.type_id ?? null}::int, ship_quantity = ${ship?.quantity ?? null}::bigint,
        ship_is_blueprint_copy = ${ship?.is_blueprint_copy ?? null}::boolean, ship_runs = ${ship?.runs ?? null}::int,
        ship_material_efficiency = ${ship?.material_efficiency ?? null}::int,
        ship_time_efficiency = ${ship?.time_efficiency ?? null}::int,
        primary_type_id = ${primary?.type_id ?? null}::int, primary_quantity = ${primary?.quantity ?? null}::bigint,
        primary_is_blueprint_copy = ${primary?.is_blueprint_copy ?? null}::boolean,
        primary_runs = ${primary?.runs ?? null}::int,
        primary_material_efficiency = ${primary?.material_efficiency ?? null}::int,
        primary_time_efficiency = ${primary?.time_efficiency ?? null}::int
      WHERE contract_id = ${contractId} AND items_state <> 'stored'
      RETURNING contract_id
    ), items AS (
      INSERT INTO contract_items
        (contract_id, position, record_id, type_id, quantity, is_included, item_id, is_blueprint_copy, runs,
         material_efficiency, time_efficiency)
      SELECT contract.contract_id, row.*
        FROM contract, json_to_recordset(${JSON.stringify(rows)}::json) AS row (
          position int, record_id bigint, type_id int, quantity bigint, is_included boolean, item_id bigint,
          is_blueprint_copy boolean, runs int, material_efficiency int, time_efficiency int)
    ), settled AS (
      DELETE FROM dead_letters
       WHERE queue = 'contract' AND contract_id = (SELECT contract_id FROM contract)
    )
    SELECT EXISTS (SELECT FROM contract) AS stored`);
  return result.stored;
}

/**
 * Notes that ESI declines to give the items of a contract that its list still holds. They are asked for again after 2,
 * 4, 8 … generations, or never if the list drops the contract first.
 */
export async function markUnavailable(db: Database, contractId: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE contracts
       SET items_state = 'unavailable', refusals = refusals + 1,
           ask_again_at = generation_count + 2 ^ least(refusals + 1, 10)
      FROM regions
     WHERE contract_id = ${contractId} AND items_state = 'pending' AND regions.region_id = contracts.region_id`);
}

/** Notes that trying was given up; the dead letter says why. */
export async function markFailed(db: Database, contractId: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE contracts SET items_state = 'failed' WHERE contract_id = ${contractId} AND items_state = 'pending'`);
}
