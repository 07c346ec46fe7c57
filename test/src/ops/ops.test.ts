import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readApiConfig } from '@hangar-bay/api';
import { PASSWORD, startApi, twoOperators, type ApiUnderTest } from '../api/api-under-test.js';
import { runSql } from '../setup/run-sql.js';
import { createOps, type Ops } from './ops-under-test.js';

const [FORGE, DOMAIN] = [10000002, 10000043];

let api: ApiUnderTest;
let ada: Ops;
let vic: Ops;
let stranger: Ops;

beforeAll(async () => {
  api = await startApi({ OPS_USERS: twoOperators() });
  const env = { HANGAR_BAY_URL: api.url };
  [ada, vic, stranger] = await Promise.all([createOps(env), createOps(env), createOps(env)]);
  await runSql(
    api.databaseUrl,
    `INSERT INTO names (id, name, category) VALUES (${FORGE}, 'The Forge', 'region');
     INSERT INTO regions (region_id, next_due_at, last_complete_sweep_at, last_sweep_outcome, failed_sweeps) VALUES
       (${FORGE}, now() + interval '15 min', now() - interval '10 min', 'complete', 0),
       (${DOMAIN}, now() - interval '5 min', now() - interval '5 h', 'failed', 4)`,
  );
  await addDeadLetters('no_items', 3);
  const signedIn = await ada.run('token --user ada', { env: { OPS_PASSWORD: PASSWORD } });
  expect(signedIn).toMatchObject({ code: 0, err: '' });
  expect((await vic.run('token --user vic', { input: `${PASSWORD}\n` })).code).toBe(0);
});

afterAll(async () => {
  await api.stop();
  await Promise.all([ada, vic, stranger].map((ops) => ops.remove()));
});

async function addDeadLetters(reason: string, count: number): Promise<void> {
  await runSql(
    api.databaseUrl,
    `INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id, first_at)
     SELECT 'dlq-contract-${reason}-' || n, 'contract', '${reason}', E'Odd \\x1b[31m one\\nand more', 1000 + n, '[]', 'run',
            now() - n * interval '1 hour' FROM generate_series(1, ${count}) n`,
  );
}

const json = (out: string) => JSON.parse(out) as Record<string, unknown>;

describe('usage', () => {
  test('every command tells how it is used, without an API', async () => {
    const verbs = ['status', 'refresh', 'dead-letters', 'flags', 'audit', 'token', 'hash-password', 'keys'];
    const overview = await stranger.run('--help');
    expect(overview.code).toBe(0);
    for (const verb of verbs) {
      expect(overview.out).toContain(`  ${verb} `);
    }
    const [one] = await Promise.all([stranger.run('status --help')]);
    expect(one).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Usage: ops status/) });
  });

  test.each([
    'launch',
    'status now',
    'status --everything',
    'refresh --region forge',
    'dead-letters',
    'dead-letters retry',
    'dead-letters retry x --reason no_items',
    'flags set bids maybe --reason test',
    'flags set bids off',
    'keys',
    'status --url hangar-bay.example',
  ])('%s is refused with 2', async (args) => {
    const { code, out, err } = await ada.run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: ops');
  });
});

describe('signing in', () => {
  test('keeps the token in a file that nobody else reads', async () => {
    const file = path.join(ada.home, 'hangar-bay', 'tokens.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
    const text = await readFile(file, 'utf8');
    expect(json(text)).toMatchObject({ [api.url]: { username: 'ada', access_token: expect.any(String) } });
    expect(text).not.toContain(PASSWORD);
  });

  test('with a wrong password ends with 3 and keeps nothing', async () => {
    const { code, err } = await stranger.run('token --user ada', { env: { OPS_PASSWORD: 'wrong' } });
    expect(code).toBe(3);
    expect(err).toMatch(/No operator has this name and password/);
    expect((await stranger.run('status')).code).toBe(3);
  });

  test('can print the token, which other commands take from the environment', async () => {
    const { out } = await stranger.run('token --user vic --print', { env: { OPS_PASSWORD: PASSWORD } });
    const { code } = await stranger.run('flags', { env: { HANGAR_BAY_TOKEN: out.trim() } });
    expect(code).toBe(0);
    expect((await stranger.run('flags')).code).toBe(3);
  });

  test('is told as needed where nobody is, or not any more, with what to do', async () => {
    const nobody = await stranger.run('status');
    expect(nobody).toMatchObject({ code: 3, out: '' });
    expect(nobody.err).toBe(
      `Nobody is signed in at ${api.url}. Sign in with "ops token --url ${api.url}".\n`,
    );
    const over = await stranger.run('status', { env: { HANGAR_BAY_TOKEN: 'old' } });
    expect(over).toMatchObject({ code: 3, err: expect.stringContaining('not good any more') });
  });

  test('ends with --forget', async () => {
    const ops = await createOps({ HANGAR_BAY_URL: api.url });
    await ops.run('token --user vic', { env: { OPS_PASSWORD: PASSWORD } });
    expect(await ops.run('token --forget')).toMatchObject({ code: 0, out: `Signed out at ${api.url}.\n` });
    expect((await ops.run('status')).code).toBe(3);
    await ops.remove();
  });

  test('that was kept in a file that is broken says what to do', async () => {
    const ops = await createOps({ HANGAR_BAY_URL: api.url });
    await ops.run('token --user vic', { env: { OPS_PASSWORD: PASSWORD } });
    await writeFile(path.join(ops.home, 'hangar-bay', 'tokens.json'), '{');
    expect(await ops.run('status')).toMatchObject({ code: 1, err: expect.stringContaining('Delete it') });
    await ops.remove();
  });
});

describe('status', () => {
  test('shows regions by their lag, queues, ESI and dead letters to people', async () => {
    const { code, out, err } = await vic.run('status');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.split('\n');
    const [domain, forge] = [String(DOMAIN), 'The Forge'].map((text) =>
      lines.findIndex((line) => line.includes(text)),
    );
    expect(lines[domain ?? -1]).toMatch(/late +5 h 0 min +for 5 min +failed +4/);
    expect(domain).toBeLessThan(forge ?? -1);
    expect(out).toContain('Regions: 1 current, 1 late');
    expect(out).toMatch(/region-sweep +0 +0 +0 +0/);
    expect(out).toContain('ESI: nothing is known');
    expect(out).toContain('Dead letters: 3 wait, the oldest for 3 h 0 min');
  });

  test('gives all of it to programs', async () => {
    const { out } = await vic.run('status --json');
    expect(json(out)).toMatchObject({
      address: api.url,
      regions: [{ region_id: FORGE }, { region_id: DOMAIN, failed_sweeps: 4 }],
      queues: expect.arrayContaining([expect.objectContaining({ queue: 'contract', waiting: 0 })]),
      dead_letters: { waiting: 3, retrying: 0 },
    });
  });
});

describe('what goes wrong', () => {
  test('nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const { code, err } = await ada.run(`token --user ada --url ${url}`, { env: { OPS_PASSWORD: PASSWORD } });
    expect(code).toBe(1);
    expect(err).toMatch(/^The API at \S+ does not answer: ECONNREFUSED\. Is it running\?/);
  });

  test('something else listens', async () => {
    const server = createServer((_request, response) => response.end('<h1>hello</h1>')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, err } = await ada.run(`status --url ${url}`, { env: { HANGAR_BAY_TOKEN: 'x' } });
    server.close();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`at ${url}`) });
    expect(err).not.toContain('    at ');
  });

  test('a viewer acts', async () => {
    for (const args of [
      'refresh',
      `flags set bids off --reason test`,
      'dead-letters retry --reason no_items',
    ]) {
      const { code, err } = await vic.run(args);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(err).toMatch(/^This takes another role: /);
    }
  });
});

describe('an operator', () => {
  test('has regions swept', async () => {
    const { code, out } = await ada.run(`refresh --region ${FORGE},${DOMAIN}`);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`${FORGE} +queued`));
    expect(await runSql(api.databaseUrl, `SELECT count(*)::int AS n FROM idempotency_keys`)).toEqual([
      { n: 1 },
    ]);
    const unknown = await ada.run('refresh --region 7');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('not known here: 7') });
  });

  test('moves switches, and sees them', async () => {
    expect((await ada.run(`flags set bids off --reason 'ESI is odd'`)).out).toMatch(/bids +OFF +ada/);
    expect((await ada.run('status')).out).toContain('Switched OFF:\n  bids, by ada: ESI is odd');
    expect((await ada.run('flags set bids on --reason over --json')).out).toContain('"enabled": true');
    expect((await ada.run('flags')).out).toMatch(/bids +on/);
    expect((await ada.run('flags set nothing off --reason test')).err).toContain('no switch of this name');
  });

  test('lists, shows, retries and discards dead letters', async () => {
    const list = await ada.run('dead-letters list --reason no_items --limit 2');
    expect(list.out).toMatch(/dlq-contract-no_items-1 +no_items +60 min +1 +Odd +one and more/);
    expect(list.out).toContain('In all: no_items 3 (0 retrying)');
    expect(list.out).not.toContain('\u001b');
    const shown = await ada.run('dead-letters show dlq-contract-no_items-1');
    expect(json(shown.out)).toMatchObject({ contract_id: 1001, payload: [] });
    expect((await ada.run('dead-letters show nothing')).code).toBe(1);

    expect((await ada.run('dead-letters discard dlq-contract-no_items-1')).code).toBe(0);
    expect((await ada.run('dead-letters retry dlq-contract-no_items-2')).out).toContain(
      'is being tried again',
    );
    expect((await ada.run('dead-letters retry --reason no_items')).out).toBe(
      '1 of no_items are being tried again, 0 wait.\n',
    );
    await addDeadLetters('schema', 2);
    expect((await ada.run('dead-letters discard --reason schema')).out).toBe('2 of schema are forgotten.\n');
    expect(
      await runSql(api.databaseUrl, `SELECT id, retried_at IS NULL AS waits FROM dead_letters ORDER BY id`),
    ).toEqual([2, 3].map((n) => ({ id: `dlq-contract-no_items-${n}`, waits: false })));
  });

  test('reads who did what', async () => {
    const { out } = await ada.run('audit --action flags.set');
    expect(out).toMatch(/ada +flags\.set +bids +done/);
  });
});

describe('without an API', () => {
  test('a hash is made that OPS_USERS takes', async () => {
    const { out } = await stranger.run('hash-password', { input: 'a long password\n' });
    const config = readApiConfig({
      NODE_ENV: 'test',
      DATABASE_URL: 'postgresql://localhost/x',
      OPS_USERS: `ada:${out.trim()}`,
    });
    expect(config.operators).toMatchObject([{ name: 'ada', role: 'operator' }]);
    expect(await stranger.run('hash-password', { input: '' })).toMatchObject({ code: 2, out: '' });
  });

  test('a key is made that AUTH_JWT_KEYS takes in production', async () => {
    const { entry } = json((await stranger.run('keys new --json')).out) as { entry: string };
    const config = readApiConfig({ DATABASE_URL: 'postgresql://localhost/x', AUTH_JWT_KEYS: entry });
    expect(config.signingKeys).toHaveLength(1);
    const { out } = await stranger.run('keys new');
    expect(out).toMatch(/^[\w-]+:[0-9a-f]{64}\n/);
    expect(out).toContain('Restart every API instance');
  });
});
