import { runSql } from '../setup/run-sql.js';

const REGION = 10000002;

/** Contracts by their ids, `from` to `to`, and what is said of them; alike in all else. */
export interface Contracts {
  readonly from: number;
  readonly to: number;
  readonly items_state: 'stored' | 'pending';
  readonly classification_version?: number;
}

/** Inserts thousands at once: without triggers, which nothing here needs. */
export async function fillContracts(
  url: string,
  { from, to, items_state, classification_version = 0 }: Contracts,
): Promise<void> {
  await runSql(url, `INSERT INTO regions (region_id) VALUES (${REGION}) ON CONFLICT DO NOTHING`);
  await runSql(
    url,
    `SET session_replication_role = replica;
     INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired,
                            items_state, classification_version)
     SELECT contract_id, ${REGION}, 'item_exchange', 1, 1, now(), now() + interval '14 days', '${items_state}',
            ${classification_version}
       FROM generate_series(${from}, ${to}) AS contract_id`,
  );
}
