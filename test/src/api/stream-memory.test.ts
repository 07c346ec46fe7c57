import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { envOf } from './api-under-test.js';
import { EventStream } from './event-stream.js';
import { contract, insert, insertPlaces } from './world.js';

const STREAMS = 1_000;
const MEBIBYTE = 1024 * 1024;
const main = fileURLToPath(new URL('../../../apps/api/src/main.ts', import.meta.url));

let database: TestDatabase;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertPlaces(database.url);
  server = spawn(process.execPath, ['--conditions=@hangar-bay/source', '--import', 'tsx', main], {
    env: {
      ...process.env,
      ...envOf(database.url, { LOG_LEVEL: 'info', STREAMS_PER_ADDRESS: String(STREAMS) }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  url = await readListeningUrl(server);
});

afterAll(async () => {
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  await exited;
  await database.drop();
});

async function readListeningUrl({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) {
    throw new Error('The API has no output');
  }
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const { message, url: where } = JSON.parse(line) as { message: string; url: string };
      if (message === 'listening') {
        resolve(where);
      }
    });
  });
  return listening;
}

/** MiB, from the process's own metrics. */
async function memory(): Promise<{ rss: number; heap: number }> {
  const { text } = await request(url).get('/metrics').expect(200);
  const valueOf = (name: string) =>
    Math.round(Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) / MEBIBYTE);
  return { rss: valueOf('process_resident_memory_bytes'), heap: valueOf('nodejs_heap_size_used_bytes') };
}

test('a thousand streams that wait cost less than 100 MB, and all of them hear what happens', async () => {
  await request(url).get('/api/v1/contracts').expect(200);
  const before = await memory();
  const streams: EventStream[] = [];
  while (streams.length < STREAMS) {
    const more = Array.from({ length: 50 }, (_, index) =>
      EventStream.open(url, `/api/v1/contracts/stream?min_price=${index % 10}`),
    );
    streams.push(...(await Promise.all(more)));
  }
  await Promise.all(streams.map((stream) => stream.live()));
  const idle = await memory();
  await insert(database.url, 'contracts', [contract({ contract_id: 1, price: 100 })]);
  await waitUntil(() => streams.every((stream) => stream.events.length === 1), {
    what: 'every stream has the event',
  });
  const after = await memory();
  streams.forEach((stream) => stream.close());
  expect(idle.heap - before.heap).toBeLessThan(100);
  expect(idle.rss - before.rss).toBeLessThan(100);
  expect(after.rss - before.rss).toBeLessThan(100);
}, 60_000);
