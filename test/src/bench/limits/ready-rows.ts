import pg from 'pg';
import { serve } from './serve.js';

/**
 * The least that can be done to answer from PostgreSQL: one prepared statement that reads rows which are JSON text
 * already, a pool of the product's size, and Node's own HTTP server. See prepare-ready-rows.ts for the rows.
 */
const POOL_SIZE = 10;

const pool = new pg.Pool({ connectionString: process.env['BENCH_DATABASE_URL'], max: POOL_SIZE });

const STATEMENTS: Readonly<Record<string, string>> = {
  page: `SELECT '{"data":[' || string_agg(body, ',') || ']}' AS body
    FROM (SELECT body FROM bench.ready_contracts ORDER BY date_issued DESC, contract_id DESC LIMIT $1::int) page`,
  contract: 'SELECT body FROM bench.ready_details WHERE contract_id = $1::bigint',
  answer: `SELECT '{"data":[' || string_agg(body, ',' ORDER BY position) || ']}' AS body
    FROM bench.ready_answers WHERE answer = $1::text`,
};

serve((request, response) => {
  const [, name = '', value = ''] = (request.url ?? '').split('/');
  pool.query<{ body: string }>({ name, text: STATEMENTS[name] ?? '', values: [value] }).then(
    ({ rows: [row] }) => {
      const body = Buffer.from(row?.body ?? '');
      response.writeHead(200, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': body.length,
      });
      response.end(body);
    },
    (error: unknown) => {
      response.writeHead(500).end(String(error));
    },
  );
});
