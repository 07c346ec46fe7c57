import { Client } from 'pg';
import { waitUntil } from '../../setup/wait-until.js';

/** Seldom, and over one connection: who waits must not take the time of what is measured. */
const EVERY_MS = 200;

/** Waits until the one value that a query selects as `value` is large enough. */
export async function waitForNumber(
  databaseUrl: string,
  query: string,
  {
    atLeast,
    what,
    timeoutMs,
  }: { readonly atLeast: number; readonly what: string; readonly timeoutMs: number },
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const isThere = async () => {
      const { rows } = await client.query<{ value: unknown }>(query);
      return Number(rows[0]?.value) >= atLeast;
    };
    await waitUntil(isThere, { what, timeoutMs, everyMs: EVERY_MS });
  } finally {
    await client.end();
  }
}
