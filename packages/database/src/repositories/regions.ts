import type { Database } from '../client.js';
import { sql } from '../sql.js';

export type SweepOutcome = 'complete' | 'incomplete' | 'inconsistent' | 'failed';

/** A day: ESI's list of regions is cached until 11:05 UTC, so by then it has expired. */
const LIST_LIFETIME = '24 hours';

/** Whether ESI's list of regions was read within its cache lifetime. */
export async function areRegionsListed(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ listed: boolean }]>(
    sql`SELECT EXISTS (SELECT FROM regions WHERE listed_at > now() - ${LIST_LIFETIME}::interval) AS listed`,
  );
  return row.listed;
}

/** Adds regions that are not known yet, with their names to be asked for. `listed`: the ids came from ESI's list. */
export async function addRegions(
  db: Database,
  regionIds: readonly number[],
  { listed }: { listed: boolean },
) {
  await db.$executeRaw(sql`
    WITH ids AS (SELECT unnest(${regionIds}::int[]) AS region_id ORDER BY 1),
    waiting_names AS (INSERT INTO names (id) SELECT region_id FROM ids ON CONFLICT DO NOTHING)
    INSERT INTO regions (region_id, listed_at)
    SELECT region_id, CASE WHEN ${listed} THEN now() END FROM ids
    ON CONFLICT (region_id) DO UPDATE SET listed_at = excluded.listed_at WHERE excluded.listed_at IS NOT NULL`);
}

export interface DueRegion {
  readonly region_id: number;
  /** Milliseconds until it may be asked for; 0 when that is now. */
  readonly due_in_ms: number;
}

/** Regions whose list may be asked for within `withinSeconds`, the longest due first. `null`: of all regions. */
export async function findDueRegions(
  db: Database,
  regionIds: readonly number[] | null,
  withinSeconds: number,
): Promise<DueRegion[]> {
  return db.$queryRaw<DueRegion[]>(sql`
    SELECT region_id, greatest(0, extract(epoch FROM next_due_at - now()) * 1000)::float8 AS due_in_ms
      FROM regions
     WHERE (next_due_at IS NULL OR next_due_at <= now() + make_interval(secs => ${withinSeconds}))
       AND (${regionIds}::int[] IS NULL OR region_id = ANY (${regionIds}::int[]))
     ORDER BY next_due_at NULLS FIRST, region_id`);
}

/**
 * Each contract is looked up in one hashed set, whatever the planner knows of how many ids there are. IS TRUE keeps it
 * from becoming a join, for which it has taken a nested loop of 20,000 times 20,000. An array of which it cannot know
 * the length keeps it from comparing one by one, which it does where a million ids look as if they need more than
 * work_mem; they take some 60 MB for a second, each time they are asked.
 */
const IS_PRESENT = sql`(contract_id IN (SELECT contract_id FROM present)) IS TRUE`;

export interface CompletedSweep {
  readonly complete: boolean;
  /** Contracts that are marked gone by it. */
  readonly gone: number;
  /** Listed contracts that came back, or whose items ESI declined to give, and that are to be asked for now. */
  readonly ask_again_ids: readonly number[];
}

/**
 * Ends a walk that saw every page of one generation: marks what has vanished before its expiry, and makes the
 * generation the one that is shown.
 *
 * The proof is checked in the same statement: all pages of the list are stored as of this generation. Without it
 * nothing changes. Where a row could not be read, nothing is marked that may be that row.
 */
export async function completeSweep(
  db: Database,
  regionId: number,
  generation: Date,
  pageCount: number,
): Promise<CompletedSweep> {
  const [result] = await db.$queryRaw<[{ complete: boolean; gone: bigint; ask_again_ids: bigint[] }]>(sql`
    WITH pages AS MATERIALIZED (
      SELECT * FROM region_pages WHERE region_id = ${regionId} AND page <= ${pageCount}
    ), proof AS MATERIALIZED (
      SELECT count(*) = ${pageCount} AS holds FROM pages WHERE last_modified = ${generation}
    ), present AS MATERIALIZED (
      SELECT unnest(ARRAY(SELECT unnest(contract_ids) FROM pages)) AS contract_id
    ), gaps AS MATERIALIZED (
      SELECT unnest(gap_starts) AS after, unnest(gap_ends) AS before FROM pages
    ), gone AS (
      UPDATE contracts SET gone_at = least(${generation}, now())
       WHERE region_id = ${regionId} AND gone_at IS NULL AND date_expired > ${generation}
         AND (SELECT holds FROM proof)
         AND NOT ${IS_PRESENT}
         AND NOT EXISTS (SELECT FROM gaps WHERE contracts.contract_id > after AND contracts.contract_id < before)
      RETURNING contract_id
    ), returned AS (
      -- Most come back when their page is stored; these are listed on pages that ESI says are unchanged.
      UPDATE contracts SET gone_at = NULL
       WHERE region_id = ${regionId} AND gone_at IS NOT NULL AND (SELECT holds FROM proof)
         AND ${IS_PRESENT}
      RETURNING contract_id, items_state
    ), surplus AS (
      DELETE FROM region_pages
       WHERE region_id = ${regionId} AND page > ${pageCount} AND (SELECT holds FROM proof)
    ), region AS (
      UPDATE regions
         SET generation_count = generation_count + (generation IS DISTINCT FROM ${generation})::int,
             generation = ${generation}, last_sweep_at = now(), last_complete_sweep_at = now(),
             last_sweep_outcome = 'complete', failed_sweeps = 0, next_due_at = (SELECT max(fresh_until) FROM pages)
       WHERE region_id = ${regionId} AND (SELECT holds FROM proof)
      RETURNING generation_count
    ), asked_again AS (
      UPDATE contracts SET items_state = 'pending', ask_again_at = NULL
       WHERE region_id = ${regionId} AND items_state = 'unavailable' AND gone_at IS NULL
         AND ask_again_at <= (SELECT generation_count FROM region)
         AND ${IS_PRESENT}
      RETURNING contract_id
    )
    SELECT (SELECT holds FROM proof) AS complete, (SELECT count(*) FROM gone) AS gone,
           ARRAY(SELECT contract_id FROM asked_again
                  UNION ALL SELECT contract_id FROM returned WHERE items_state = 'pending') AS ask_again_ids`);
  return {
    complete: result.complete,
    gone: Number(result.gone),
    ask_again_ids: result.ask_again_ids.map(Number),
  };
}

const FIRST_RETRY_SECONDS = 30;
const LONGEST_RETRY_SECONDS = 900;

/**
 * Notes a sweep that proved nothing; the next try comes after `retryMs` where that is known, else after 30 s, then twice
 * as long each time, up to 15 minutes.
 */
export async function recordUnfinishedSweep(
  db: Database,
  regionId: number,
  outcome: Exclude<SweepOutcome, 'complete'>,
  retryMs?: number,
): Promise<void> {
  const retrySeconds = retryMs === undefined ? null : retryMs / 1000;
  await db.$executeRaw(sql`
    UPDATE regions
       SET last_sweep_at = now(), last_sweep_outcome = ${outcome}, failed_sweeps = failed_sweeps + 1,
           next_due_at = now() + make_interval(secs => coalesce(
             ${retrySeconds}::float8,
             least(${LONGEST_RETRY_SECONDS}, ${FIRST_RETRY_SECONDS} * 2 ^ least(failed_sweeps, 10))))
     WHERE region_id = ${regionId}`);
}
