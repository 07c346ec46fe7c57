import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import type { EmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { forkSource } from '../setup/fork-source.js';
import { queryValue, runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';

let directory: string;
let dataDir: string;
let started: EmbeddedPostgres[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hangar-bay-embedded-'));
  await chmod(directory, 0o711);
  dataDir = join(directory, 'data', 'postgres');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function start(
  options: { port?: number; settings?: Record<string, string> } = {},
): Promise<EmbeddedPostgres> {
  const settings = { fsync: 'off', ...options.settings };
  const server = await startEmbeddedPostgres({ dataDir, ...options, settings });
  started.push(server);
  return server;
}

describe('the first start', () => {
  test('makes a UTF-8 database that is reached at the url', async () => {
    const { url, adopted } = await start();
    expect(adopted).toBe(false);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(await queryValue(url, 'SELECT current_database() AS value')).toBe('hangar_bay');
    expect(await queryValue(url, 'SHOW server_encoding', 'server_encoding')).toBe('UTF8');
    expect(await queryValue(url, `SELECT lower('ЯÉ') AS value`)).toBe('яé');
  });

  test('keeps the password for this user only and refuses others', async () => {
    const { url } = await start();
    const { mode } = await stat(`${dataDir}.password`);
    expect(mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(runSql(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  test('applies the settings given', async () => {
    const { url } = await start({ settings: { max_connections: '23', application_name: `it's` } });
    expect(await queryValue(url, 'SHOW max_connections', 'max_connections')).toBe('23');
    expect(await queryValue(url, 'SHOW fsync', 'fsync')).toBe('off');
    expect(await queryValue(url, 'SHOW application_name', 'application_name')).toBe(`it's`);
  });

  test('does not trust what an interrupted one left behind', async () => {
    const halfMade = `${dataDir}.init-killed`;
    await mkdir(join(halfMade, 'data'), { recursive: true });
    await writeFile(join(halfMade, 'data', 'PG_VERSION'), '18\n');
    const { url } = await start();
    expect(await queryValue(url, 'SELECT 1 AS value')).toBe(1);
    expect((await readdir(dirname(dataDir))).sort()).toEqual(['postgres', 'postgres.password']);
  });
});

describe('a second start', () => {
  test('goes on from the data of the first', async () => {
    const first = await start();
    await runSql(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await queryValue(second.url, 'SELECT value FROM kept')).toBe(42);
  });

  test('adopts the server of a launcher that was killed', async () => {
    const launcher = forkSource(new URL('./launcher.ts', import.meta.url), [dataDir]);
    const [url] = (await once(launcher, 'message')) as [string];
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    const adopted = await start();
    expect(adopted).toMatchObject({ adopted: true, url });
    expect(await queryValue(adopted.url, 'SELECT 1 AS value')).toBe(1);
    await adopted.stop();
    await expect(access(join(dataDir, 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  test('is refused while another launcher uses the data', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`The data in ${dataDir} is in use by another running process.`);
    expect(await queryValue(first.url, 'SELECT 1 AS value')).toBe(1);
  });

  test('recovers after the server was killed', async () => {
    const first = await start();
    await runSql(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
    await killServer();
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await queryValue(second.url, 'SELECT value FROM kept')).toBe(42);
  });

  test('is not misled by a pid file whose number now belongs to another program', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n5432\n\n\n\nready\n`);
    const second = await start();
    expect(second.adopted).toBe(false);
  });
});

describe('a start that cannot succeed says why', () => {
  test('when the directory cannot be made', async () => {
    await writeFile(join(directory, 'data'), 'a file');
    await expect(start()).rejects.toThrow(
      new RegExp(`^Cannot use ${dataDir} for PostgreSQL's data .* Set DATA_DIR to a directory`),
    );
  });

  test('when the directory holds something else', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    await expect(start()).rejects.toThrow(
      `The directory ${dataDir} is not empty and holds no PostgreSQL data.`,
    );
    expect(await readFile(join(dataDir, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('when the data is of another major version', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'PG_VERSION'), '9\n');
    await expect(start()).rejects.toThrow(/is of PostgreSQL 9, this is PostgreSQL \d+\. Set DATA_DIR/);
  });

  test('when the password is lost', async () => {
    const first = await start();
    await first.stop();
    await rm(`${dataDir}.password`);
    await expect(start()).rejects.toThrow(`Cannot read ${dataDir}.password`);
    await expect(access(join(dataDir, 'postmaster.pid'))).rejects.toThrow('ENOENT');
  });

  test('when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(`PostgreSQL cannot listen on 127.0.0.1:${port}`);
    other.close();
  });

  test('when the server refuses a setting', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /^PostgreSQL did not start on .*\n[^]*invalid value for parameter "shared_buffers"/,
    );
  });
});

async function killServer(): Promise<void> {
  const pid = Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
  await waitUntil(() => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
