import type { EsiBid } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface DueAuction {
  readonly contract_id: number;
  /** ETag of the stored bids; null where there is none to vouch for them. */
  readonly etag: string | null;
}

/** Up to `limit` outstanding auctions whose bids may be asked for, those never asked for first. */
export async function findDueAuctions(db: Database, limit: number): Promise<DueAuction[]> {
  const rows = await db.$queryRaw<{ contract_id: bigint; bids_etag: string | null }[]>(sql`
    SELECT contract_id, bids_etag FROM contracts
     WHERE type = 'auction' AND visible_since IS NOT NULL AND ended_at IS NULL AND date_expired > now()
       AND (bids_due_at IS NULL OR bids_due_at <= now())
     ORDER BY bids_due_at NULLS FIRST LIMIT ${limit}`);
  return rows.map((row) => ({ contract_id: Number(row.contract_id), etag: row.bids_etag }));
}

/**
 * Makes an auction's bids those that ESI gave, with what they add up to and when to ask again, in one statement. Bids
 * that are stored as they are given are not touched. An entry of bids that could not be read is settled.
 *
 * `etag`: vouches for these bids. `freshSeconds`: how long they are not asked for again.
 */
export async function storeBids(
  db: Database,
  contractId: number,
  bids: readonly EsiBid[],
  etag: string | null,
  freshSeconds: number,
): Promise<void> {
  await db.$executeRaw(sql`
    WITH given AS MATERIALIZED (
      SELECT DISTINCT ON (bid_id) *
        FROM json_to_recordset(${JSON.stringify(bids)}::json) AS row (
          bid_id bigint, amount numeric(20,2), date_bid timestamptz(3))
    ), removed AS (
      DELETE FROM contract_bids AS stored
       WHERE contract_id = ${contractId} AND NOT EXISTS (SELECT FROM given WHERE given.bid_id = stored.bid_id)
    ), written AS (
      INSERT INTO contract_bids (contract_id, bid_id, amount, date_bid)
      SELECT ${contractId}::bigint, given.* FROM given
       WHERE NOT EXISTS (
         SELECT FROM contract_bids AS stored
          WHERE stored.contract_id = ${contractId} AND stored.bid_id = given.bid_id
            AND stored.amount = given.amount AND stored.date_bid = given.date_bid)
      ON CONFLICT (contract_id, bid_id) DO UPDATE SET amount = excluded.amount, date_bid = excluded.date_bid
    ), settled AS (
      DELETE FROM dead_letters WHERE queue = 'maintenance' AND contract_id = ${contractId}
    )
    UPDATE contracts
       SET highest_bid = (SELECT max(amount) FROM given), bid_count = (SELECT count(*) FROM given),
           bids_etag = ${etag}, bids_due_at = now() + make_interval(secs => ${freshSeconds})
     WHERE contract_id = ${contractId}`);
}

/** The stored bids stay as they are, and are not asked for again before `freshSeconds` have passed. */
export async function keepBids(
  db: Database,
  contractId: number,
  etag: string | null,
  freshSeconds: number,
): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE contracts SET bids_etag = ${etag}, bids_due_at = now() + make_interval(secs => ${freshSeconds})
     WHERE contract_id = ${contractId}`);
}
