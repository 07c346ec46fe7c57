import { runSql } from '../../setup/run-sql.js';

interface Page {
  readonly data: readonly { readonly contract_id: number }[];
}

/** Answers that the limit gives row by row: name and path of the API's own answer. */
export const READY_ANSWERS = { taxonomy: '/api/v1/taxonomy', ships: '/api/v1/ships' };
/** The contracts that are asked for by id. */
const DETAILS = 200;
const SAMPLE = 200;

/**
 * Stores what the limit serves beside the product's tables: the API's own rows as JSON text. The list's table has a row
 * for each contract on offer; those behind the first page repeat its bodies.
 * @returns the ids of which there are details.
 */
export async function prepareReadyRows(databaseUrl: string, apiUrl: string): Promise<number[]> {
  const first = (await ask(`${apiUrl}/api/v1/contracts?limit=${SAMPLE}`)) as Page;
  await runSql(databaseUrl, 'DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench');
  await runSql(
    databaseUrl,
    `CREATE TABLE bench.ready_contracts AS
     WITH sample AS (SELECT body::text, row_number() OVER () AS number FROM json_array_elements(${literal(first.data)}::json) AS body)
     SELECT contract_id, date_issued, sample.body FROM (
       SELECT contract_id, date_issued, row_number() OVER (ORDER BY date_issued DESC, contract_id DESC) AS number
         FROM contracts WHERE visible_since IS NOT NULL AND ended_at IS NULL) c
       JOIN sample ON sample.number = (c.number - 1) % ${SAMPLE} + 1;
     CREATE INDEX ON bench.ready_contracts (date_issued, contract_id)`,
  );
  const ids = await chooseContracts(databaseUrl);
  const details: unknown[] = [];
  for (const id of ids) {
    details.push(await ask(`${apiUrl}/api/v1/contracts/${id}`));
  }
  await runSql(
    databaseUrl,
    `CREATE TABLE bench.ready_details AS
     SELECT (body ->> 'contract_id')::bigint AS contract_id, body::text AS body FROM json_array_elements(${literal(details)}::json) AS body;
     ALTER TABLE bench.ready_details ADD PRIMARY KEY (contract_id);
     CREATE TABLE bench.ready_answers (answer text, position int, body text, PRIMARY KEY (answer, position))`,
  );
  for (const [name, path] of Object.entries(READY_ANSWERS)) {
    const rows = rowsOf(await ask(`${apiUrl}${path}`));
    await runSql(
      databaseUrl,
      `INSERT INTO bench.ready_answers SELECT '${name}', position, body::text
         FROM json_array_elements(${literal(rows)}::json) WITH ORDINALITY AS row (body, position)`,
    );
  }
  await runSql(databaseUrl, 'ANALYZE bench.ready_contracts, bench.ready_details, bench.ready_answers');
  return ids;
}

/** Spread over all that are on offer. */
async function chooseContracts(databaseUrl: string): Promise<number[]> {
  const rows = await runSql(
    databaseUrl,
    `SELECT contract_id FROM contracts WHERE visible_since IS NOT NULL AND ended_at IS NULL
      ORDER BY hashint8(contract_id), contract_id LIMIT ${DETAILS}`,
  );
  return rows.map(({ contract_id }) => Number(contract_id));
}

/** The rows of every list in the answer. */
function rowsOf(answer: unknown): unknown[] {
  return Object.values(answer as Record<string, unknown>).flatMap((value) =>
    Array.isArray(value)
      ? (value as unknown[])
      : typeof value === 'object' && value !== null
        ? rowsOf(value)
        : [],
  );
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}

const literal = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
