import { runSql } from '../setup/run-sql.js';

/** A contract as the database has it, in ESI's words: what ESI leaves out is left out. */
export interface StoredContract {
  readonly contract_id: number;
  readonly [field: string]: unknown;
}

/** What the system says is on offer in a region as of the generation that it shows: visible, neither gone nor expired. */
export async function readStoredContracts(databaseUrl: string, regionId: number): Promise<StoredContract[]> {
  const rows = await runSql(
    databaseUrl,
    `SELECT json_build_object(
              'contract_id', contract_id, 'region_id', region_id, 'type', type, 'issuer_id', issuer_id,
              'issuer_corporation_id', issuer_corporation_id, 'for_corporation', for_corporation,
              'date_issued', date_issued, 'date_expired', date_expired, 'title', title, 'price', price,
              'reward', reward, 'collateral', collateral, 'buyout', buyout, 'volume', volume,
              'days_to_complete', days_to_complete, 'start_location_id', start_location_id,
              'end_location_id', end_location_id,
              'items', (SELECT coalesce(json_agg(json_build_object(
                          'record_id', record_id, 'type_id', type_id, 'quantity', quantity,
                          'is_included', is_included, 'item_id', item_id, 'is_blueprint_copy', is_blueprint_copy,
                          'runs', runs, 'material_efficiency', material_efficiency,
                          'time_efficiency', time_efficiency) ORDER BY position), '[]')
                          FROM contract_items WHERE contract_items.contract_id = contracts.contract_id)) AS contract
       FROM contracts JOIN regions USING (region_id)
      WHERE region_id = ${regionId} AND visible_since IS NOT NULL AND gone_at IS NULL AND date_expired > coalesce(generation, '-infinity')
      ORDER BY contract_id`,
  );
  return rows.map((row) => row['contract'] as StoredContract);
}
