import { Client } from 'pg';
import { copyInto } from './copy-into.js';
import { fillUniverse } from './fill-universe.js';
import { createMarket, type Market } from './market.js';
import { CONTRACT_COLUMNS, ITEM_COLUMNS, contractLine, itemLines, type End } from './table-rows.js';
import { readUniverse, type Universe } from './universe.js';

export interface MarketSize {
  readonly contracts: number;
  /** The newest so many are on offer; the others are gone, or expired. */
  readonly outstanding: number;
}

const DAY_MS = 86_400_000;
/** Of those that ended, so many were taken before they expired. */
const GONE = 0.6;
const BATCH = 20_000;

/**
 * Fills a migrated, empty database with a market. What triggers would have derived is written along, and indexes are
 * made afterwards: the same rows (fill-market.test.ts), a hundred times faster.
 */
export async function fillMarket(databaseUrl: string, size: MarketSize, seed: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const universe = readUniverse();
    const now = new Date();
    // Neither triggers nor foreign keys in this session.
    await client.query(
      `SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off`,
    );
    const indexes = await dropIndexes(client);
    await fillUniverse(client, universe, now);
    await fillContracts(client, universe, { ...size, seed, now: now.getTime() });
    for (const definition of indexes) {
      await client.query(definition);
    }
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** All but those of constraints; returns what makes them again. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index JOIN pg_class ON pg_class.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace
     WHERE n.nspname = 'public' AND relname IN ('contracts', 'contract_items')
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`);
  if (rows.length > 0) {
    await client.query(`DROP INDEX ${rows.map(({ name }) => name).join(', ')}`);
  }
  return rows.map(({ definition }) => definition);
}

interface Span extends MarketSize {
  readonly seed: number;
  readonly now: number;
}

async function fillContracts(client: Client, universe: Universe, span: Span): Promise<void> {
  const { contracts, seed } = span;
  const market = createMarket({
    seed,
    universe,
    lifeOf: (index, random) => lifeOf(index, random.fraction(), span),
  });
  for (let first = 0; first < contracts; first += BATCH) {
    const batch = drawBatch(market, first, Math.min(first + BATCH, contracts), span);
    await copyInto(
      client,
      `contracts (${CONTRACT_COLUMNS})`,
      batch.map(({ contract, end }) => contractLine(contract, end, universe)),
    );
    await copyInto(
      client,
      `contract_items (${ITEM_COLUMNS})`,
      batch.flatMap(({ contract, end }) => itemLines(contract, end)),
    );
  }
}

/** On offer: issued in the last 12 days, for two weeks, so that none expires while it is measured. Others before. */
function lifeOf(index: number, fraction: number, { contracts, outstanding, now }: Span) {
  const ended = contracts - outstanding;
  const issued =
    index >= ended
      ? now - 12 * DAY_MS * (1 - (index - ended) / outstanding)
      : now - DAY_MS * (15 + 75 * (1 - index / ended));
  return {
    issued,
    expires: index >= ended ? now + DAY_MS * (2 + 12 * fraction) : issued + DAY_MS * (1 + 13 * fraction),
  };
}

function drawBatch(market: Market, first: number, last: number, { contracts, outstanding }: Span) {
  return Array.from({ length: last - first }, (_, at) => {
    const contract = market.contract(first + at);
    return {
      contract,
      end: first + at >= contracts - outstanding ? { goneAt: null, endedAt: null } : endOf(contract.row),
    };
  });
}

function endOf({
  contract_id,
  date_issued,
  date_expired,
}: {
  contract_id: number;
  date_issued: string;
  date_expired: string;
}): End {
  // Spread by the id alone, so that nothing else is correlated with it.
  const fraction = ((contract_id * 2_654_435_761) % 2 ** 32) / 2 ** 32;
  if (fraction >= GONE) {
    return { goneAt: null, endedAt: date_expired };
  }
  const [issued, expires] = [Date.parse(date_issued), Date.parse(date_expired)];
  const goneAt = new Date(issued + (expires - issued) * (fraction / GONE)).toISOString();
  return { goneAt, endedAt: goneAt };
}
