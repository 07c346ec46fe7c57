import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase } from '@hangar-bay/database';
import { migrateQueues } from '@hangar-bay/queues';
import type { Logger } from '@hangar-bay/runtime';
import request, { type Response } from 'supertest';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { startReplicatedDatabase, type ReplicatedDatabase } from '../setup/replicated-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { scrape } from '../worker/scrape.js';
import { envOf, type Env } from './api-under-test.js';
import { countReads } from './count-reads.js';
import { contract, insert, insertPlaces } from './world.js';

const PATHS = [
  'contracts/1',
  'contracts/ships',
  'contracts?facets=type',
  'regions',
  'ships',
  'taxonomy',
  'types/587',
];

const ignore = () => undefined;
const logger: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

let databases: ReplicatedDatabase;
let primary: FreezingProxy;
let standby: FreezingProxy;
let app: ApiApp;
let url: string;
/** Statements that read from the primary what the API serves. */
let reads: number;
let asked = 0;
let contracts = 0;

beforeAll(async () => {
  databases = await startReplicatedDatabase();
  await migrateQueues(databases.primaryUrl);
  await insertPlaces(databases.primaryUrl);
  await addContract();
}, 120_000);

afterAll(() => databases.stop());

beforeEach(async () => {
  [primary, standby] = await Promise.all([
    startFreezingProxy(databases.primaryUrl),
    startFreezingProxy(databases.standbyUrl),
  ]);
  await startOn({ DATABASE_REPLICA_URL: standby.url });
  await usesReplica();
});

afterEach(async () => {
  await app.stop();
  await databases.resumeReplay();
  await Promise.all([primary.close(), standby.close()]);
});

async function startOn(env: Env): Promise<void> {
  reads = 0;
  const db = countReads(
    connectDatabase({
      url: primary.url,
      poolSize: 4,
      statementTimeoutMs: 1_300,
      applicationName: 'test',
    }),
    /FROM (contracts|regions|types|categories)/,
    () => (reads += 1),
  );
  const config = readApiConfig(envOf(primary.url, { RESPONSE_CACHE_MB: '16', ...env }));
  app = createApiApp(config, { db, logger });
  ({ url } = await app.start());
}

async function addContract(): Promise<void> {
  contracts += 1;
  await insert(databases.primaryUrl, 'contracts', [contract({ contract_id: contracts })]);
}

/** A question that nobody has asked yet. */
function askAnew(): Promise<Response> {
  asked += 1;
  return request(url).get(`/api/v1/contracts?max_price=${1_000_000 + asked}`);
}

const totalOf = ({ body }: Response) => (body as { total: number }).total;
const circuit = async (name: string) => (await scrape(url)).sum('hangar_bay_circuit_state', { name });

async function readsFromPrimary(ask: () => Promise<Response>): Promise<boolean> {
  const before = reads;
  expect((await ask()).status).toBe(200);
  return reads > before;
}

/** Also when it was slow at first. */
const usesReplica = () =>
  waitUntil(
    async () => {
      const before = reads;
      return (await askAnew()).status === 200 && reads === before;
    },
    { what: 'lists are read from the replica' },
  );

describe('what the API serves is read from the replica', () => {
  test('all of it, the details included', async () => {
    for (const path of PATHS) {
      const read = readsFromPrimary(() => Promise.resolve(request(url).get(`/api/v1/${path}`)));
      expect([path, await read]).toEqual([path, false]);
    }
    expect(await circuit('replica')).toBe(0);
  });

  test('and not while it lacks a change that the API has seen', async () => {
    await databases.pauseReplay();
    await addContract();
    await waitUntil(async () => totalOf(await askAnew()) === contracts, {
      what: 'the new contract is shown',
    });
    // From here on the new version is known, and no answer may be of an older one.
    for (let round = 0; round < 20; round += 1) {
      let total = 0;
      const fromPrimary = await readsFromPrimary(async () => {
        const response = await askAnew();
        total = totalOf(response);
        return response;
      });
      expect([fromPrimary, total]).toEqual([true, contracts]);
    }
    await databases.resumeReplay();
    await usesReplica();
    expect(totalOf(await askAnew())).toBe(contracts);
  });

  test.each(['cut', 'freeze'] as const)(
    'from the primary while the replica is away (%s), and again when it is back',
    async (howItGoes) => {
      standby[howItGoes]();
      await waitUntil(async () => (await circuit('replica')) === 2, {
        what: 'the circuit of the replica opens',
      });
      expect(await readsFromPrimary(askAnew)).toBe(true);
      const health = await request(url).get('/health/ready').expect(200);
      expect(health.body).toMatchObject({ status: 'degraded', parts: { replica: { status: 'failed' } } });

      standby.thaw();
      await usesReplica();
      expect(await circuit('replica')).toBe(0);
    },
  );

  test('without marks of age where it is cut in the middle of a load: the primary steps in', async () => {
    const answers: Response[] = [];
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 25; round += 1) {
          answers.push(await askAnew());
        }
      }),
    );
    await waitUntil(() => answers.length > 10, { what: 'the load runs' });
    standby.cut();
    await load;
    expect(answers.filter(({ status, headers }) => status !== 200 || 'warning' in headers)).toEqual([]);
  });
});

test('without the primary the replica answers what it has, and says since when that may be old', async () => {
  primary.cut();
  await waitUntil(async () => (await askAnew()).headers['warning'] !== undefined, {
    what: 'answers are marked',
  });
  const response = await askAnew();
  expect([response.status, totalOf(response)]).toEqual([200, contracts]);
  expect(response.headers['warning']).toBe('110 - "Response is Stale"');
  expect(Number(response.headers['age'])).toBeGreaterThanOrEqual(0);
  const health = await request(url).get('/health/ready').expect(200);
  expect(health.body).toMatchObject({ status: 'degraded', parts: { database: { status: 'failed' } } });

  primary.thaw();
  await waitUntil(async () => (await askAnew()).headers['warning'] === undefined, { what: 'marks are gone' });
});

test('a server that follows nobody is no replica', async () => {
  await app.stop();
  await startOn({ DATABASE_REPLICA_URL: databases.primaryUrl });
  expect(await readsFromPrimary(askAnew)).toBe(true);
  const health = await request(url).get('/health/ready').expect(200);
  expect(health.body).toMatchObject({
    status: 'degraded',
    parts: { replica: { status: 'failed', reason: 'is no standby of the primary' } },
  });
});
