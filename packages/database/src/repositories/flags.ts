import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** What can be switched off; docs/operators.md says what each of them stops. Each region is a switch besides. */
export const FLAG_NAMES = [
  'aggregation',
  'items',
  'bids',
  'dynamic_items',
  'stream',
  'admin_writes',
  'archive',
] as const;

export type FlagName = (typeof FLAG_NAMES)[number] | `region:${number}`;

/** A switch that somebody has moved. What nobody has is on. */
export interface Flag {
  readonly name: string;
  readonly enabled: boolean;
  readonly reason: string;
  readonly changed_by: string;
  readonly changed_at: Date;
}

export async function listFlags(db: Database): Promise<Flag[]> {
  return db.flag.findMany({ orderBy: { name: 'asc' } });
}

export async function setFlag(
  db: Database,
  { name, ...state }: Omit<Flag, 'changed_at' | 'name'> & { readonly name: FlagName },
): Promise<Flag> {
  const [flag] = await db.$queryRaw<[Flag]>(sql`
    INSERT INTO flags (name, enabled, reason, changed_by)
    VALUES (${name}, ${state.enabled}, ${state.reason}, ${state.changed_by})
    ON CONFLICT (name) DO UPDATE SET
      enabled = excluded.enabled, reason = excluded.reason, changed_by = excluded.changed_by, changed_at = now()
    RETURNING name, enabled, reason, changed_by, changed_at`);
  return flag;
}

/** The switches as a process sees them. */
export interface Flags {
  /** Whether a thing is switched on, as of a few seconds ago at the worst. Never throws. */
  isOn(name: FlagName): Promise<boolean>;
  /** What is known of a switch that somebody has moved. */
  find(name: FlagName): Promise<Flag | undefined>;
  /** Has the next question read the table. */
  forget(): void;
}

export interface FlagsOptions {
  readonly maxAgeMs?: number;
  /** Told where the table cannot be read; what was last read holds on. */
  readonly onError?: (error: unknown) => void;
}

const MAX_AGE_MS = 2_000;

/** Reads the table once in a while, whoever asks how often, and only while somebody does. */
export function createFlags(
  db: Database,
  { maxAgeMs = MAX_AGE_MS, onError = () => undefined }: FlagsOptions = {},
): Flags {
  let known: ReadonlyMap<string, Flag> = new Map();
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const startedAt = performance.now();
    try {
      const flags = await listFlags(db);
      known = new Map(flags.map((flag) => [flag.name, flag]));
    } catch (error) {
      onError(error);
    }
    // Of a failure too: a database that is away is not asked by every job.
    readAt = startedAt;
  }

  async function refresh(): Promise<void> {
    if (performance.now() - readAt < maxAgeMs) {
      return;
    }
    const current = (reading ??= read());
    await current;
    if (reading === current) {
      reading = undefined;
    }
  }

  return {
    async isOn(name) {
      await refresh();
      return known.get(name)?.enabled ?? true;
    },
    async find(name) {
      await refresh();
      return known.get(name);
    },
    forget() {
      readAt = -Infinity;
      reading = undefined;
    },
  };
}
