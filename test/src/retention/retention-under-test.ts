import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  createArchiveStore,
  parseArchiveUrl,
  type ArchivePlace,
  type ArchiveStore,
} from '@hangar-bay/archive';
import { connectDatabase } from '@hangar-bay/database';
import { enforceRetention } from '@hangar-bay/worker';
import { contract, daysFromNow, insert, insertPlaces, item } from '../api/world.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';

const RETENTION_DAYS = 90;
const CONTRACTS_PER_BATCH = 3;

interface Manifest {
  object: string;
  count: number;
  first_contract_id: number;
  last_contract_id: number;
  sha256: string;
  bytes: number;
}

export type RetentionUnderTest = Awaited<ReturnType<typeof startRetention>>;

/** A database with ended and living contracts, and an empty folder to archive them in. */
export async function startRetention() {
  const database = await createTestDatabase();
  const db = connectDatabase({
    url: database.url,
    poolSize: 4,
    statementTimeoutMs: 10_000,
    applicationName: 'retention-test',
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'hangar-bay-archive-'));
  await insertPlaces(database.url);
  const fileStore = storeIn(folder);

  return {
    url: database.url,
    folder,
    fileStore,

    run: (archive: ArchiveStore | null, signal?: AbortSignal) =>
      enforceRetention(
        { db, archive, retentionDays: RETENTION_DAYS, contractsPerBatch: CONTRACTS_PER_BATCH },
        signal,
      ),

    sql: (statement: string) => runSql(database.url, statement),

    /** The ids of the contracts that are there. */
    async contractIds() {
      const rows = await runSql(database.url, 'SELECT contract_id::int AS id FROM contracts ORDER BY 1');
      return rows.map((row) => row['id']);
    },

    /** Every contract with its items and bids, by id, as the database tells them. */
    readContracts: () => readContracts(database.url),

    /** The lines of all objects that have a manifest, by the manifests. */
    readArchive: () => readArchive(folder),

    files: () => listFiles(folder),

    async emptyArchive() {
      await rm(folder, { recursive: true });
      await mkdir(folder);
    },

    /** A store whose folder is a file. */
    async blockedStore() {
      const file = path.join(folder, 'file');
      await writeFile(file, '');
      return storeIn(path.join(file, 'archive'));
    },

    async close() {
      await db.$disconnect();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function storeIn(folder: string): ArchiveStore {
  return createArchiveStore(parseArchiveUrl(pathToFileURL(folder).href) as ArchivePlace);
}

/** Contracts 1 to 7 ended too long ago, in both ways; 11 to 14 did not. */
export const ENDED = [1, 2, 3, 4, 5, 6, 7];
export const LIVING = [11, 12, 13, 14];

export async function insertContracts(databaseUrl: string): Promise<void> {
  await runSql(
    databaseUrl,
    'TRUNCATE contracts, contract_items, contract_bids, archive_batches, region_pages',
  );
  await insert(databaseUrl, 'contracts', [
    ...ENDED.map((id) =>
      id % 2 === 0
        ? contract({ contract_id: id, gone_at: daysFromNow(-91), date_expired: daysFromNow(-80) })
        : contract({
            contract_id: id,
            type: 'auction',
            date_expired: daysFromNow(-90 - id),
            title: `two\nlines "${id}"`,
          }),
    ),
    contract({ contract_id: 11 }),
    contract({ contract_id: 12, gone_at: daysFromNow(-89) }),
    contract({ contract_id: 13, date_expired: daysFromNow(-89) }),
    contract({ contract_id: 14, gone_at: daysFromNow(-1), date_expired: daysFromNow(-0.5) }),
  ]);
  await insert(
    databaseUrl,
    'contract_items',
    [...ENDED, ...LIVING].flatMap((contract_id) => [
      item({ contract_id, type_id: 587, record_id: 7, item_id: 1040000000001 }),
      item({ contract_id, type_id: 587, record_id: 7, position: 1, is_blueprint_copy: true, runs: 3 }),
    ]),
  );
  const bids = ENDED.filter((id) => id % 2 === 1).flatMap((contract_id) => [
    { contract_id, bid_id: 2, amount: '20.50', date_bid: daysFromNow(-95) },
    { contract_id, bid_id: 1, amount: '10.00', date_bid: daysFromNow(-96) },
  ]);
  await insert(databaseUrl, 'contract_bids', bids);
}

interface Row {
  contract_id: number;
  position: number;
  bid_id: number;
}

interface Line {
  contract_id: number;
  items: object[];
  bids: object[];
}

async function readContracts(databaseUrl: string): Promise<Map<number, object>> {
  const readRows = async (table: string) =>
    (await runSql(inUtc(databaseUrl), `SELECT to_json(${table}) AS row FROM ${table}`)).map(
      ({ row }) => row as Row,
    );
  const [contracts, items, bids] = await Promise.all([
    readRows('contracts'),
    readRows('contract_items'),
    readRows('contract_bids'),
  ]);
  const of = (rows: Row[], id: number) => rows.filter((row) => row.contract_id === id);
  return new Map(
    contracts.map((row) => [
      row.contract_id,
      {
        ...row,
        items: of(items, row.contract_id).sort((a, b) => a.position - b.position),
        bids: of(bids, row.contract_id).sort((a, b) => a.bid_id - b.bid_id),
      },
    ]),
  );
}

function inUtc(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c TimeZone=UTC');
  return url.href;
}

async function readArchive(folder: string) {
  const files = await listFiles(folder);
  const texts: string[] = [];
  const manifests: Manifest[] = [];
  for (const name of files.filter((file) => file.endsWith('.manifest.json'))) {
    const manifest = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Manifest;
    manifests.push(manifest);
    const text = gunzipSync(await readFile(path.join(folder, manifest.object))).toString();
    texts.push(...text.trimEnd().split('\n'));
  }
  return { texts, lines: texts.map((text) => JSON.parse(text) as Line), manifests };
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
