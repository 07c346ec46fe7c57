import type { Classification, EsiItem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { emptySql, sql } from '../sql.js';
import { DERIVED_COLUMNS, SET_DERIVED, columnsOf } from './derivation.js';

export interface WantedContract {
  readonly contract_id: number;
  /** Its items are stored already, and only their types were missing. */
  readonly has_items: boolean;
}

/** Of contracts, those that still wait to be completed. */
export async function findWanted(db: Database, contractIds: readonly number[]): Promise<WantedContract[]> {
  const rows = await db.$readRows<{ contract_id: bigint; has_items: boolean }[]>(sql`
    SELECT contract_id,
           EXISTS (SELECT FROM contract_items WHERE contract_items.contract_id = asked.contract_id) AS has_items
      -- OFFSET 0: by id; statistics from before many came would have it walk through all that wait.
      FROM (SELECT * FROM contracts WHERE contract_id = ANY (${contractIds}::bigint[]) OFFSET 0) AS asked
     WHERE items_state = 'pending' AND gone_at IS NULL`);
  return rows.map(({ contract_id, has_items }) => ({ contract_id: Number(contract_id), has_items }));
}

/** Contracts that are read at a time: a region may have a million that wait. */
const PENDING_AT_ONCE = 5_000;

/**
 * Listed contracts of a region whose items have been wanted since before `before`, a portion at a time: their jobs may
 * be lost.
 */
export async function* findPendingContracts(
  db: Database,
  regionId: number,
  before: Date,
): AsyncGenerator<number[]> {
  let last: PendingContract | undefined;
  do {
    const rows: PendingContract[] = await db.$queryRaw<PendingContract[]>(sql`
      SELECT contract_id, first_seen_at FROM contracts
       WHERE region_id = ${regionId} AND items_state = 'pending' AND gone_at IS NULL AND first_seen_at < ${before}
         ${last === undefined ? emptySql : sql`AND (first_seen_at, contract_id) > (${last.first_seen_at}, ${last.contract_id})`}
       ORDER BY first_seen_at, contract_id LIMIT ${PENDING_AT_ONCE}`);
    yield rows.map((row) => Number(row.contract_id));
    last = rows.at(PENDING_AT_ONCE - 1);
  } while (last !== undefined);
}

interface PendingContract {
  readonly contract_id: bigint;
  readonly first_seen_at: Date;
}

export interface ContractItems {
  readonly contract_id: number;
  readonly items: readonly EsiItem[];
  readonly classification: Classification;
  /** As of when the kinds of its types are. */
  readonly kinds_as_of: Date;
}

/**
 * Stores the items of contracts and what they say about them in one statement: each becomes visible in that commit.
 * @returns those that were not complete already; of the others nothing changes.
 */
export async function storeContractItems(
  db: Database,
  contracts: readonly ContractItems[],
): Promise<Set<number>> {
  const rows = contracts.map(({ contract_id, items, classification, kinds_as_of }) => ({
    contract_id,
    kinds_as_of,
    ...columnsOf(classification),
    items: items.map((item, position) => ({ position, ...item })),
  }));
  const stored = await db.$readRows<{ contract_id: bigint }[]>(sql`
    WITH derived AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row (
        contract_id bigint, ${DERIVED_COLUMNS}, items json)
    ), completed AS (
      UPDATE contracts SET
        items_state = 'stored', visible_since = now(), ${SET_DERIVED}
      FROM derived
      WHERE contracts.contract_id = derived.contract_id AND items_state <> 'stored'
        -- Tells the planner that they are few: of json it expects a hundred, and reads a small table whole.
        AND contracts.contract_id = ANY (${rows.map(({ contract_id }) => contract_id)}::bigint[])
      RETURNING contracts.contract_id, derived.items
    ), items AS (
      INSERT INTO contract_items
        (contract_id, position, record_id, type_id, quantity, is_included, item_id, is_blueprint_copy, runs,
         material_efficiency, time_efficiency)
      SELECT contract_id, row.*
        FROM completed, json_to_recordset(completed.items) AS row (
          position int, record_id bigint, type_id int, quantity bigint, is_included boolean, item_id bigint,
          is_blueprint_copy boolean, runs int, material_efficiency int, time_efficiency int)
      ON CONFLICT DO NOTHING
    ), settled AS (
      DELETE FROM dead_letters
       WHERE queue = 'contract' AND contract_id IN (SELECT contract_id FROM completed)
    )
    SELECT contract_id FROM completed`);
  return new Set(stored.map((row) => Number(row.contract_id)));
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
