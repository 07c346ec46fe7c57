import { Client } from 'pg';

/** Runs one statement over a connection of its own and returns its rows. */
export async function runSql(databaseUrl: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

/** One column of the first row. */
export async function queryValue(databaseUrl: string, query: string, column = 'value'): Promise<unknown> {
  const rows = await runSql(databaseUrl, query);
  return rows[0]?.[column];
}
