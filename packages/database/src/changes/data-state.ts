import type { Client } from 'pg';
import { lowestUnseen, positionOfSnapshot, type Position } from './position.js';

/** What is served, as of one moment. Durations are in milliseconds from then, so that clocks need not agree. */
export interface DataState {
  /** All changes up to that moment. */
  readonly position: Position;
  /** Whether anything changed since the position that was asked about; true where none was. */
  readonly changed: boolean;
  /** The same of names, places, types and their kinds alone, which rows of many contracts show. */
  readonly renamed: boolean;
  /** At the most so many contracts left some list since then; a thousand million or more: any number. */
  readonly departures: number;
  /** Whether changes since then may be missing from the log: it was trimmed, or it is another history. */
  readonly lost: boolean;
  /** The database's clock. */
  readonly read_at: Date;
  /** When the clock alone changes something next: a contract expires, or a region's last sweep is a day ago. */
  readonly next_expiry: Date | null;
  readonly expires_in_ms: number | null;
  /** Until the next list of a region is due; 0 where one is being looked at, or contracts wait for their items. */
  readonly due_in_ms: number;
  /** When something changed last; null where nothing is known to have. */
  readonly changed_at: Date | null;
  readonly trimmed_before: bigint;
  /** A place in the primary's write-ahead log, in bytes; who has it all up to there has all of this state. */
  readonly wal: bigint;
}

interface StateRow extends Omit<DataState, 'position' | 'lost' | 'trimmed_before' | 'wal'> {
  readonly snapshot: string;
  readonly trimmed_before: string;
  readonly wal: string;
}

/** Of a row of changes, in the statement below. */
const IS_NEW = `xid >= $1::bigint AND (xid >= $2::bigint OR xid = ANY ($3::bigint[]))
  AND xid < (pg_snapshot_xmax(snapshot)::text)::bigint`;

/** As the triggers write it. */
const ANY_NUMBER = 1_000_000_000;

const NOTHING_IS_NEW = ['9223372036854775807', '9223372036854775807', [], 'infinity'];

/**
 * Looked for in the order of an index: while many wait, the planner would walk through all contracts for one. From its
 * end, since those at its beginning are taken in first, and leave entries of what is no longer there.
 */
const ARE_ITEMS_WAITED_FOR = `(SELECT TRUE FROM contracts WHERE items_state = 'pending' AND gone_at IS NULL
  ORDER BY region_id DESC, first_seen_at DESC LIMIT 1)`;

/** A few probes of indexes, and a look at what is new. A row from ahead of the snapshot was restored from another history. */
const STATE = `
  WITH moment AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot, clock_timestamp() AS now),
  next AS MATERIALIZED (
    SELECT least(
      (SELECT min(date_expired) FROM contracts
        WHERE visible_since IS NOT NULL AND ended_at IS NULL AND date_expired > now()),
      (SELECT min(last_sweep_at) + interval '1 day' FROM regions WHERE last_sweep_at > now() - interval '1 day')
    ) AS expiry
  )
  SELECT snapshot::text AS snapshot,
    EXISTS (SELECT FROM changes WHERE ${IS_NEW}) AS changed,
    EXISTS (SELECT FROM changes WHERE ${IS_NEW} AND is_of_names) AS renamed,
    ((SELECT coalesce(sum(departures), 0) FROM changes WHERE ${IS_NEW}) + (SELECT count(*) FROM contracts
      WHERE visible_since IS NOT NULL AND ended_at IS NULL AND date_expired >= $4::timestamptz AND date_expired <= now))::float8 AS departures,
    now AS read_at, expiry AS next_expiry, (extract(epoch FROM expiry - now) * 1000)::float8 AS expires_in_ms,
    CASE WHEN ${ARE_ITEMS_WAITED_FOR} THEN 0
         ELSE coalesce((SELECT greatest(0, extract(epoch FROM min(coalesce(next_due_at, now)) - now) * 1000) FROM regions), 0)
    END::float8 AS due_in_ms,
    greatest((SELECT at FROM changes ORDER BY xid DESC, change_id DESC LIMIT 1), (SELECT max(generation) FROM regions)) AS changed_at,
    (SELECT trimmed_before FROM change_log) AS trimmed_before,
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS wal
  FROM moment, next`;

export type Since = Pick<DataState, 'position' | 'read_at' | 'trimmed_before'> | null;

/** Reads the state, and whether it is another than at `since`, which has seen no transaction in part. */
export async function readDataState(client: Client, history: string, since: Since): Promise<DataState> {
  const { rows } = await client.query<StateRow>({
    name: 'data-state',
    text: STATE,
    values: since === null ? NOTHING_IS_NEW : [...boundsOf(since.position), since.read_at],
  });
  const [row] = rows;
  if (row === undefined) {
    throw new Error('PostgreSQL gave no state');
  }
  const { snapshot, ...state } = row;
  const position = positionOfSnapshot(history, snapshot);
  const trimmed_before = BigInt(row.trimmed_before);
  const lost =
    since !== null &&
    (since.position.history !== history ||
      (trimmed_before !== since.trimmed_before && lacks(trimmed_before, since.position, position)));
  return {
    ...state,
    position,
    lost,
    changed: since === null || lost || row.changed,
    renamed: since === null || lost || row.renamed,
    departures: since === null || lost ? ANY_NUMBER : row.departures,
    trimmed_before,
    wal: BigInt(row.wal),
  };
}

function boundsOf(position: Position): [string, string, string[]] {
  return [String(lowestUnseen(position)), String(position.xmax), position.open.map(String)];
}

/** Whether rows that `position` has not seen may have been deleted. A bound from ahead is of another history. */
export function lacks(trimmedBefore: bigint, position: Position, now: Position): boolean {
  return lowestUnseen(position) < trimmedBefore && trimmedBefore <= now.xmax;
}

/**
 * Names the sequence of transactions that ids count: the cluster, and the timeline that begins anew where a standby
 * takes over or a backup is restored.
 */
export async function readHistory(client: Client): Promise<string> {
  const { rows } = await client.query<{ history: string }>(
    `SELECT left(md5(system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || current_database()), 8) AS history
       FROM pg_control_system()`,
  );
  return rows[0]?.history ?? '00000000';
}
