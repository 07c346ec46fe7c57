import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { UNCAUGHT_ON_SIGNAL } from '../setup/uncaught-on-signal.js';
import { waitUntil } from '../setup/wait-until.js';
import { startApiProcess, type ApiProcess } from './api-process.js';
import { envOf, type Env } from './api-under-test.js';
import { EventStream } from './event-stream.js';

const CLEAN_END = { code: 0, signal: null };

let database: TestDatabase;
const processes: ApiProcess[] = [];
const agents: Agent[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  processes.splice(0).forEach(({ child }) => child.kill('SIGKILL'));
  agents.splice(0).forEach((agent) => agent.destroy());
  await database.drop();
});

async function start(more: Env = {}, execArgv: readonly string[] = []): Promise<ApiProcess> {
  const api = await startApiProcess(envOf(database.url, more), execArgv);
  processes.push(api);
  return api;
}

/** A client's own connection, which stays open between its requests. */
function keptAlive(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  return agent;
}

async function ask(api: ApiProcess, path: string, agent: Agent): Promise<IncomingMessage> {
  const [response] = (await once(get(new URL(path, api.url), { agent }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response;
}

/** Each look at contracts takes half a second. */
async function slowDown(): Promise<void> {
  await runSql(
    database.url,
    'BEGIN; ALTER TABLE contracts RENAME TO kept; CREATE VIEW contracts AS SELECT kept.*, kept.xmin FROM kept, pg_sleep(0.5); COMMIT',
  );
}

/** A request that the database is at work on. */
async function beginSlowly(api: ApiProcess): Promise<{ readonly answer: Promise<IncomingMessage> }> {
  const answer = ask(api, '/api/v1/contracts?status=any', keptAlive());
  answer.catch(() => undefined);
  await waitUntil(
    async () => {
      const rows = await runSql(
        database.url,
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      return rows.length > 0;
    },
    { what: 'a query is under way' },
  );
  return { answer };
}

describe('an instance that is told to stop', () => {
  test('answers what is under way, closes idle connections, and ends by itself', async () => {
    await slowDown();
    const api = await start();
    await ask(api, '/health/live', keptAlive());
    const { answer } = await beginSlowly(api);
    api.child.kill('SIGTERM');
    const { statusCode, headers } = await answer;
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
    expect(await api.ended).toEqual(CLEAN_END);
  });

  test('answers on for as long as it drains, unready, and each answer is the last of its connection', async () => {
    const api = await start({ DRAIN_SECONDS: '2' });
    const agent = keptAlive();
    const before = await ask(api, '/health/ready', agent);
    expect([before.statusCode, before.headers.connection]).toEqual([200, 'keep-alive']);
    const toldAt = performance.now();
    api.child.kill('SIGTERM');
    await waitUntil(async () => (await ask(api, '/health/ready', keptAlive())).statusCode === 503, {
      what: 'the instance is unready',
    });
    const last = await ask(api, '/api/v1/contracts', agent);
    expect([last.statusCode, last.headers.connection]).toEqual([200, 'close']);
    expect(await api.ended).toEqual(CLEAN_END);
    expect(performance.now() - toldAt).toBeGreaterThan(2_000);
  });

  test('ends event streams after it has drained, in a way that clients come back from', async () => {
    const api = await start({ DRAIN_SECONDS: '1' });
    const stream = await (await EventStream.open(api.url, '/api/v1/contracts/stream')).live();
    api.child.kill('SIGTERM');
    await waitUntil(async () => (await ask(api, '/health/ready', keptAlive())).statusCode === 503);
    // A client that comes meanwhile is not turned away: balancers may not have noticed yet.
    const late = await (await EventStream.open(api.url, '/api/v1/contracts/stream')).live();
    expect(stream.isOver).toBe(false);
    expect(await api.ended).toEqual(CLEAN_END);
    // All of the answer arrived: it was not cut.
    expect([stream.response.complete, late.response.complete]).toEqual([true, true]);
    expect(stream.retry).toBeGreaterThan(0);
  });

  test('sends a client whose request for a stream comes too late to another instance', async () => {
    const api = await start();
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('GET /api/v1/contracts/stream HTTP/1.1\r\nHost: api\r\n');
    // The server knows of the connection once a later one has its answer.
    await ask(api, '/health/live', keptAlive());
    api.child.kill('SIGTERM');
    await waitUntil(
      () =>
        fetch(api.url).then(
          () => false,
          () => true,
        ),
      { what: 'nobody listens' },
    );
    socket.write('\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
    expect(answer).toMatch(/\nretry: \d+\n/);
    expect(await api.ended).toEqual(CLEAN_END);
  });

  test('does not wait for a client that asks nothing', async () => {
    const api = await start();
    const { hostname, port } = new URL(api.url);
    const silent = connect(Number(port), hostname);
    await once(silent, 'connect');
    await ask(api, '/health/live', keptAlive());
    const toldAt = performance.now();
    api.child.kill('SIGTERM');
    expect(await api.ended).toEqual(CLEAN_END);
    expect(performance.now() - toldAt).toBeLessThan(8_000);
    silent.destroy();
  });
});

test.each([
  ['an exception that nobody caught', 'SIGUSR1', 'nobody caught this'],
  ['a rejection that nobody awaited', 'SIGUSR2', 'nobody awaited this'],
] as const)(
  '%s ends an instance with a code that is not 0, and no request is cut',
  async (_what, signal, message) => {
    await slowDown();
    const api = await start({}, ['--import', UNCAUGHT_ON_SIGNAL]);
    const stream = await (await EventStream.open(api.url, '/api/v1/contracts/stream')).live();
    const { answer } = await beginSlowly(api);
    api.child.kill(signal);
    const { statusCode, headers } = await answer;
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
    expect(await api.ended).toEqual({ code: 1, signal: null });
    expect(stream.response.complete).toBe(true);
    expect(api.lines.join('\n')).toContain(message);
  },
);
