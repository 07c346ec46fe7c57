import { CLASSIFICATION_VERSION, type Classification, type CopiedItem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';
import { itemsOf, type StoredItem } from './stored-items.js';

export interface OutdatedContract {
  readonly contract_id: number;
  /** In ESI's order, with the kinds of their types. */
  readonly items: readonly StoredItem[];
  /** By the database's clock. */
  readonly read_at: Date;
}

const IS_OUTDATED = sql`items_state = 'stored' AND classification_version < ${CLASSIFICATION_VERSION}`;

/** Of contracts that include a type which has moved since its kind was read. A move is looked for during a week. */
const SELECT_MOVED = sql`
  SELECT contracts.contract_id
    FROM types JOIN contract_items AS item ON item.type_id = types.type_id AND item.is_included
      JOIN contracts ON contracts.contract_id = item.contract_id
   WHERE moved_at BETWEEN now() - interval '7 days' AND now() AND items_state = 'stored'
     AND coalesce(kinds_as_of < moved_at, TRUE)`;

/** The columns of columnsOf, and as of when they are, as json_to_recordset takes them. */
export const DERIVED_COLUMNS = sql`
  kinds_as_of timestamptz,
  included_row_count int, requested_row_count int, ship_row_count int, contains_additional_items boolean,
  contains_blueprint_copies boolean, category_ids int[],
  ship_type_id int, ship_quantity bigint, ship_is_blueprint_copy boolean, ship_runs int,
  ship_material_efficiency int, ship_time_efficiency int, primary_type_id int, primary_quantity bigint,
  primary_is_blueprint_copy boolean, primary_runs int, primary_material_efficiency int, primary_time_efficiency int,
  least_runs int, most_runs int, least_material_efficiency int, most_material_efficiency int,
  least_time_efficiency int, most_time_efficiency int`;

/** What an update of contracts sets, from rows `derived` of them. */
export const SET_DERIVED = sql`
  classification_version = ${CLASSIFICATION_VERSION}, kinds_as_of = derived.kinds_as_of,
  included_row_count = derived.included_row_count, requested_row_count = derived.requested_row_count,
  ship_row_count = derived.ship_row_count, contains_additional_items = derived.contains_additional_items,
  contains_blueprint_copies = derived.contains_blueprint_copies, category_ids = derived.category_ids,
  ship_type_id = derived.ship_type_id, ship_quantity = derived.ship_quantity,
  ship_is_blueprint_copy = derived.ship_is_blueprint_copy, ship_runs = derived.ship_runs,
  ship_material_efficiency = derived.ship_material_efficiency, ship_time_efficiency = derived.ship_time_efficiency,
  primary_type_id = derived.primary_type_id, primary_quantity = derived.primary_quantity,
  primary_is_blueprint_copy = derived.primary_is_blueprint_copy, primary_runs = derived.primary_runs,
  primary_material_efficiency = derived.primary_material_efficiency,
  primary_time_efficiency = derived.primary_time_efficiency,
  least_runs = derived.least_runs, most_runs = derived.most_runs,
  least_material_efficiency = derived.least_material_efficiency,
  most_material_efficiency = derived.most_material_efficiency,
  least_time_efficiency = derived.least_time_efficiency, most_time_efficiency = derived.most_time_efficiency`;

/**
 * Up to `limit` contracts with all of their items that older rules have classified, or that were classified by what was
 * known of a type before it came to another group or category: by whichever process, and whatever it knew.
 */
export async function findOutdatedContracts(db: Database, limit: number): Promise<OutdatedContract[]> {
  const rows = await db.$queryRaw<{ contract_id: bigint; items: StoredItem[]; read_at: Date }[]>(sql`
    SELECT contract_id, ${itemsOf(sql`outdated.contract_id`)} AS items, now() AS read_at
      FROM ((SELECT contract_id FROM contracts WHERE ${IS_OUTDATED} ORDER BY classification_version LIMIT ${limit})
            UNION (${SELECT_MOVED} LIMIT ${limit})) AS outdated LIMIT ${limit}`);
  return rows.map((row) => ({ ...row, contract_id: Number(row.contract_id) }));
}

export async function hasOutdatedContracts(db: Database): Promise<boolean> {
  // The least version comes from its index, whatever statistics from before a large sweep say of how many are stored.
  const [row] = await db.$queryRaw<[{ outdated: boolean }]>(sql`
    SELECT coalesce((SELECT min(classification_version) FROM contracts WHERE items_state = 'stored')
                    < ${CLASSIFICATION_VERSION}, FALSE)
        OR EXISTS (${SELECT_MOVED}) AS outdated`);
  return row.outdated;
}

export interface DerivedContract {
  readonly contract_id: number;
  readonly classification: Classification;
  /** As of when the kinds of its types are. */
  readonly kinds_as_of: Date;
}

/**
 * Stores what the current rules say of contracts, in one statement. Rows that somebody else is writing are left for
 * the next time: nothing waits here, so nothing can wait for this in a circle.
 *
 * @returns how many were stored.
 */
export async function storeDerived(db: Database, contracts: readonly DerivedContract[]): Promise<number> {
  const rows = contracts.map(({ contract_id, classification, kinds_as_of }) => ({
    contract_id,
    kinds_as_of,
    ...columnsOf(classification),
  }));
  return db.$executeRaw(sql`
    WITH free AS MATERIALIZED (
      SELECT contract_id FROM contracts
       WHERE contract_id = ANY (${contracts.map((contract) => contract.contract_id)}::bigint[])
         AND (${IS_OUTDATED} OR contract_id IN (${SELECT_MOVED}))
         FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE contracts SET ${SET_DERIVED}
    FROM free JOIN json_to_recordset(${JSON.stringify(rows)}::json) AS derived (
      contract_id bigint, ${DERIVED_COLUMNS}) USING (contract_id)
    WHERE contracts.contract_id = free.contract_id`);
}

/** What a classification writes, by column. */
export function columnsOf({ ship, primary, ...rest }: Classification): Record<string, unknown> {
  return { ...rest, ...copiedTo('ship', ship), ...copiedTo('primary', primary) };
}

function copiedTo(prefix: 'ship' | 'primary', item: CopiedItem | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item ?? {}).map(([name, value]) => [`${prefix}_${name}`, value]));
}
