import pg from 'pg';

/** How far the first aggregation has come. */
export interface Progress {
  readonly regions: { readonly done: number; readonly total: number };
  readonly contracts: { readonly done: number; readonly total: number };
  readonly names: { readonly done: number; readonly total: number };
  readonly visible: number;
  readonly ships: number;
  /** A ship that is on offer, to try the API with. */
  readonly example_type_id: number | null;
}

const QUERY = `
  SELECT json_build_object('done', (SELECT count(*) FROM regions WHERE last_sweep_at IS NOT NULL),
                           'total', (SELECT count(*) FROM regions)) AS regions,
         json_build_object('done', count(*) FILTER (WHERE items_state <> 'pending'), 'total', count(*)) AS contracts,
         (SELECT json_build_object('done', count(*) FILTER (WHERE resolved_at IS NOT NULL OR failed_at IS NOT NULL),
                                   'total', count(*)) FROM names) AS names,
         count(visible_since)::int AS visible,
         (count(*) FILTER (WHERE ship_row_count = 1))::int AS ships,
         mode() WITHIN GROUP (ORDER BY ship_type_id) AS example_type_id
    FROM contracts WHERE gone_at IS NULL`;

/** Reads the progress from the database, which is the only one who knows; the jobs may be anywhere. */
export function createProgressSource(databaseUrl: string) {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    application_name: 'hangar-bay-progress',
  });
  pool.on('error', () => undefined);
  return {
    async read(): Promise<Progress> {
      const { rows } = await pool.query<Progress>(QUERY);
      return rows[0] as Progress;
    },
    close: () => pool.end(),
  };
}

/** Whether everything that was due at the start is there. */
export function isDone({ regions, contracts }: Progress): boolean {
  return regions.total > 0 && regions.done === regions.total && contracts.done === contracts.total;
}
