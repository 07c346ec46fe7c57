import { Agent, get } from 'node:http';
import pLimit from 'p-limit';
import { Client } from 'pg';
import { copyInto } from '../data/copy-into.js';
import type { ListedContract, ListedItem } from '../data/market.js';
import { CONTRACT_COLUMNS, contractLine, ITEM_COLUMNS, itemLines } from '../data/table-rows.js';
import { readUniverse, THE_FORGE } from '../data/universe.js';

/**
 * The least that an ingest can be: keep-alive requests at the worker's concurrency, JSON.parse, and COPY of the rows
 * into the product's own tables with their indexes and triggers, a page at a time. Prints the seconds that it took.
 */
const esiUrl = process.env['BENCH_ESI_URL'] ?? '';
const concurrency = Number(process.env['BENCH_CONCURRENCY']);
const universe = readUniverse();
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const STILL_ON_OFFER = { goneAt: null, endedAt: null };

const client = new Client({ connectionString: process.env['BENCH_DATABASE_URL'] });
await client.connect();
await client.query(`INSERT INTO regions (region_id) VALUES (${THE_FORGE}) ON CONFLICT DO NOTHING`);
const limit = pLimit(concurrency);
const startedAt = performance.now();
const first = await ask(`/contracts/public/${THE_FORGE}?page=1`);
const rest = Array.from({ length: first.pages - 1 }, (_, index) =>
  limit(() => ask(`/contracts/public/${THE_FORGE}?page=${index + 2}`)),
);
let storing = Promise.resolve();
for (const page of [first, ...(await Promise.all(rest))]) {
  const rows = page.body as ListedContract[];
  const contracts = await Promise.all(
    rows.map((row) =>
      limit(async () => ({
        regionId: THE_FORGE,
        row,
        items:
          row.type === 'courier'
            ? []
            : ((await ask(`/contracts/public/items/${row.contract_id}?page=1`)).body as ListedItem[]),
      })),
    ),
  );
  // One page is stored while the next one is asked for.
  await storing;
  storing = (async () => {
    await client.query('BEGIN');
    await copyInto(
      client,
      `contracts (${CONTRACT_COLUMNS})`,
      contracts.map((contract) => contractLine(contract, STILL_ON_OFFER, universe)),
    );
    await copyInto(
      client,
      `contract_items (${ITEM_COLUMNS})`,
      contracts.flatMap((contract) => itemLines(contract, STILL_ON_OFFER)),
    );
    await client.query('COMMIT');
  })();
}
await storing;
process.send?.((performance.now() - startedAt) / 1000);
await client.end();
agent.destroy();
process.disconnect();

function ask(path: string): Promise<{ body: unknown; pages: number }> {
  return new Promise((resolve, reject) => {
    get(`${esiUrl}${path}`, { agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          body: JSON.parse(Buffer.concat(pieces).toString()) as unknown,
          pages: Number(response.headers['x-pages']),
        }),
      );
    }).once('error', reject);
  });
}
