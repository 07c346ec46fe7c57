import { sql, type Database } from '@hangar-bay/database';
import { z } from 'zod';

const time = z.number();

/**
 * Of what workers write about ESI's limits (packages/esi-client/src/limits/state.ts), what operators want to know.
 * Whatever a worker of another version leaves out counts as nothing. Times are milliseconds of the database's clock.
 */
const stateSchema = z.object({
  pausedUntil: time.catch(0),
  errors: z.array(z.object({ at: time, count: z.number() })).catch([]),
  window: z.object({ endsAt: time, used: z.number() }).nullable().catch(null),
  workers: z.record(z.string(), z.object({ seenAt: time })).catch({}),
  scopes: z.record(z.string(), z.object({ pausedUntil: time })).catch({}),
  health: z.object({ failures: z.number() }).catch({ failures: 0 }),
  status: z.object({ down: z.array(z.string()) }).catch({ down: [] }),
});

/** Errors of a minute after which ESI refuses everything. Workers stop before. */
const ERROR_LIMIT = 100;
/** A minute, and the span by which errors are counted. */
const ERROR_COUNTS_MS = 65_000;
const WORKER_LAPSE_MS = 10_000;
const FAILURES_UNTIL_DOWN = 10;
/** Besides the ESI in use there may be some that once were. */
const MAX_HOSTS = 3;

export const esiBudgetSchema = z
  .object({
    host: z.string().meta({ description: 'The ESI that this is of' }),
    last_active_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When a worker last asked it something' }),
    workers: z.int().meta({ description: 'Worker processes that ask it now' }),
    errors_used: z.int().meta({ description: 'Errors of the last minute' }),
    errors_left: z
      .int()
      .meta({ description: 'So many more, and ESI refuses everything; workers stop at 20' }),
    paused_until: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'ESI answered 420; nothing is asked until then' }),
    down: z
      .boolean()
      .meta({ description: 'It does not answer, or with 5xx alone; one request tries it now and then' }),
    routes_down: z.array(z.string()).meta({ description: 'That ESI itself calls down' }),
    rate_limited: z
      .array(z.object({ scope: z.string(), until: z.iso.datetime() }))
      .meta({ description: 'Routes, or groups of them, that ESI answered 429' }),
  })
  .meta({ id: 'EsiBudget' });

export type EsiBudget = z.output<typeof esiBudgetSchema>;

interface StoredRow {
  readonly host: string;
  readonly state: unknown;
  readonly now: number;
}

/** What the workers together know of the limits of each ESI, the one asked last first. One statement. */
export async function readEsiBudgets(db: Database): Promise<EsiBudget[]> {
  const rows = await db.$queryRaw<StoredRow[]>(sql`
    SELECT host, state, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM esi_limits`);
  return rows
    .map(describeBudget)
    .sort((left, right) => (right.last_active_at ?? '').localeCompare(left.last_active_at ?? ''))
    .slice(0, MAX_HOSTS);
}

function describeBudget({ host, state, now }: StoredRow): EsiBudget {
  const limits = stateSchema.parse(state);
  const seen = Object.values(limits.workers).map(({ seenAt }) => seenAt);
  const counting = limits.errors.filter(({ at }) => at + ERROR_COUNTS_MS > now);
  const own = counting.reduce((total, { count }) => total + count, 0);
  const told = limits.window !== null && limits.window.endsAt > now ? limits.window.used : 0;
  const used = Math.round(Math.max(own, told));
  const limited = Object.entries(limits.scopes).filter(([, { pausedUntil }]) => pausedUntil > now);
  return {
    host,
    last_active_at: seen.length > 0 ? formatTime(Math.max(...seen)) : null,
    workers: seen.filter((at) => now - at < WORKER_LAPSE_MS).length,
    errors_used: used,
    errors_left: Math.max(0, ERROR_LIMIT - used),
    paused_until: limits.pausedUntil > now ? formatTime(limits.pausedUntil) : null,
    down: limits.health.failures >= FAILURES_UNTIL_DOWN,
    routes_down: limits.status.down,
    rate_limited: limited.map(([scope, { pausedUntil }]) => ({ scope, until: formatTime(pausedUntil) })),
  };
}

const formatTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
