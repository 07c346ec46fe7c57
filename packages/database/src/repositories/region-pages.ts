import type { EsiContract } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** A page as it was last answered; see RegionPage in prisma/schema.prisma. */
export interface StoredPage {
  readonly page: number;
  readonly etag: string | null;
  readonly last_modified: Date;
  /** Whether ESI named that generation itself. */
  readonly named: boolean;
  readonly page_count: number;
  /** Quarantined ones included, but not those whose id could not be read. */
  readonly row_count: number;
  /** Milliseconds for which the page must not be asked for again; 0 or less: it may. */
  readonly fresh_ms: number;
}

/** What an answer, 200 or 304, says about a page. */
export interface PageAnswer {
  readonly region_id: number;
  readonly page: number;
  readonly etag: string | null;
  readonly last_modified: Date;
  readonly named: boolean;
  readonly page_count: number;
  readonly fresh_seconds: number;
}

/** Ids above `after` and below `before`. */
export interface IdGap {
  readonly after: number;
  readonly before: number;
}

export interface PageRows extends PageAnswer {
  /** The rows that passed validation. */
  readonly contracts: readonly (EsiContract & { readonly has_items: boolean })[];
  /** The ids of all rows, quarantined ones included. */
  readonly contract_ids: readonly number[];
  /** Open intervals of ids, each around rows whose id could not be read. */
  readonly gaps: readonly IdGap[];
}

export interface StoredRows {
  /** Contracts that were not known before, or came back after they were gone. */
  readonly added: number;
  /** Of those, the ones whose items are wanted. */
  readonly pending_ids: readonly number[];
}

export async function readRegionPages(db: Database, regionId: number): Promise<StoredPage[]> {
  return db.$queryRaw<StoredPage[]>(sql`
    SELECT page, etag, last_modified, named, page_count, cardinality(contract_ids) AS row_count,
           (extract(epoch FROM fresh_until - now()) * 1000)::float8 AS fresh_ms
      FROM region_pages WHERE region_id = ${regionId} ORDER BY page`);
}

/**
 * Stores a page and its rows in one statement, so that the validator never vouches for rows that are not there.
 *
 * Rows that are stored as they are listed are not touched. A row that was marked gone by an older generation comes
 * back. An answer of an older generation than the stored one changes nothing, unless that claims to be of the future.
 *
 * @returns null where a newer generation was already stored.
 */
export async function storePage(db: Database, page: PageRows): Promise<StoredRows | null> {
  // A page is half a megabyte, of which Prisma's engine would make several copies.
  const [{ stored, ...rows }] = await db.$readRows<[StoredRows & { stored: boolean }]>(sql`
    WITH listed AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(page.contracts)}::json) AS row (
        contract_id bigint, type contract_type, issuer_id bigint, issuer_corporation_id bigint,
        for_corporation boolean, date_issued timestamptz(3), date_expired timestamptz(3), title text,
        price numeric(20,2), reward numeric(20,2), collateral numeric(20,2), buyout numeric(20,2),
        volume float8, days_to_complete int, start_location_id bigint, end_location_id bigint, has_items boolean)
    ), page AS (
      INSERT INTO region_pages AS stored
        (region_id, page, etag, last_modified, named, page_count, fresh_until, contract_ids, gap_starts,
         gap_ends)
      VALUES (${page.region_id}, ${page.page}, ${page.etag}, ${page.last_modified}, ${page.named}, ${page.page_count},
              now() + make_interval(secs => ${page.fresh_seconds}), ${page.contract_ids}::bigint[],
              ${page.gaps.map((gap) => gap.after)}::bigint[], ${page.gaps.map((gap) => gap.before)}::bigint[])
      ON CONFLICT (region_id, page) DO UPDATE SET
        etag = excluded.etag, last_modified = excluded.last_modified, named = excluded.named,
        page_count = excluded.page_count, fresh_until = excluded.fresh_until, contract_ids = excluded.contract_ids,
        gap_starts = excluded.gap_starts, gap_ends = excluded.gap_ends
      WHERE stored.last_modified <= excluded.last_modified OR NOT stored.named OR stored.last_modified > now()
      RETURNING stored.page
    ), refused AS (
      -- Not what is shown, but its cache is to be respected all the same.
      UPDATE region_pages SET fresh_until = greatest(fresh_until, now() + make_interval(secs => ${page.fresh_seconds}))
       WHERE region_id = ${page.region_id} AND page = ${page.page} AND NOT EXISTS (SELECT FROM page)
    ), changed AS MATERIALIZED (
      SELECT DISTINCT ON (listed.contract_id) listed.*
        FROM listed LEFT JOIN contracts AS known USING (contract_id)
       WHERE EXISTS (SELECT FROM page)
         AND (known.contract_id IS NULL OR known.gone_at < ${page.last_modified}
           OR (listed.type, listed.issuer_id, listed.issuer_corporation_id, listed.for_corporation,
               listed.date_issued, listed.date_expired, listed.title, listed.price, listed.reward,
               listed.collateral, listed.buyout, listed.volume, listed.days_to_complete,
               listed.start_location_id, listed.end_location_id)
              IS DISTINCT FROM
              (known.type, known.issuer_id, known.issuer_corporation_id, known.for_corporation,
               known.date_issued, known.date_expired, known.title, known.price, known.reward,
               known.collateral, known.buyout, known.volume, known.days_to_complete,
               known.start_location_id, known.end_location_id))
       ORDER BY listed.contract_id
    ), written AS (
      INSERT INTO contracts AS known
        (contract_id, region_id, type, issuer_id, issuer_corporation_id, for_corporation, date_issued, date_expired,
         title, price, reward, collateral, buyout, volume, days_to_complete, start_location_id, end_location_id,
         items_state, visible_since)
      SELECT contract_id, ${page.region_id}, type, issuer_id, issuer_corporation_id, for_corporation, date_issued,
             date_expired, title, price, reward, collateral, buyout, volume, days_to_complete, start_location_id,
             end_location_id, CASE WHEN has_items THEN 'pending' ELSE 'none' END::items_state,
             CASE WHEN has_items THEN NULL ELSE now() END
        FROM changed
      ON CONFLICT (contract_id) DO UPDATE SET
        type = excluded.type, issuer_id = excluded.issuer_id,
        issuer_corporation_id = excluded.issuer_corporation_id, for_corporation = excluded.for_corporation,
        date_issued = excluded.date_issued, date_expired = excluded.date_expired, title = excluded.title,
        price = excluded.price, reward = excluded.reward, collateral = excluded.collateral,
        buyout = excluded.buyout, volume = excluded.volume, days_to_complete = excluded.days_to_complete,
        start_location_id = excluded.start_location_id, end_location_id = excluded.end_location_id,
        gone_at = CASE WHEN known.gone_at < ${page.last_modified} THEN NULL ELSE known.gone_at END
      RETURNING contract_id, items_state
    ), settled AS (
      DELETE FROM dead_letters
       WHERE queue = 'region-sweep' AND contract_id IN (SELECT contract_id FROM listed)
    ), waiting_names AS (
      -- In the order of the ids, so that two pages with the same new names cannot block each other.
      INSERT INTO names (id)
      SELECT id FROM (SELECT issuer_id AS id FROM changed UNION SELECT issuer_corporation_id FROM changed) AS ids
       ORDER BY id
      ON CONFLICT DO NOTHING
    ), waiting_locations AS (
      INSERT INTO locations (location_id, kind)
      SELECT id, CASE WHEN id > 1000000000000 THEN 'structure' ELSE 'station' END
        FROM (SELECT start_location_id AS id FROM changed UNION SELECT end_location_id FROM changed) AS ids
       WHERE id IS NOT NULL ORDER BY id
      ON CONFLICT DO NOTHING
    )
    SELECT EXISTS (SELECT FROM page) AS stored,
           (SELECT count(*)::int FROM written) AS added,
           -- As JSON: the driver takes 10 ms to read an array of a thousand.
           to_json(ARRAY(SELECT contract_id FROM written WHERE items_state = 'pending')) AS pending_ids`);
  return stored ? rows : null;
}

/**
 * Notes a 304: the stored page belongs to this generation too, and stays fresh for longer.
 * @returns false where the page is no longer the one whose ETag was sent.
 */
export async function confirmPage(db: Database, page: PageAnswer): Promise<boolean> {
  const updated = await db.$executeRaw(sql`
    UPDATE region_pages
       SET last_modified = ${page.last_modified}, named = ${page.named}, page_count = ${page.page_count},
           fresh_until = now() + make_interval(secs => ${page.fresh_seconds})
     WHERE region_id = ${page.region_id} AND page = ${page.page} AND etag IS NOT DISTINCT FROM ${page.etag}
       AND (last_modified <= ${page.last_modified} OR NOT named OR last_modified > now())`);
  return updated === 1;
}
