import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ArchiveStore } from '@hangar-bay/archive';
import { daysFromNow } from '../api/world.js';
import {
  ENDED,
  LIVING,
  insertContracts,
  startRetention,
  type RetentionUnderTest,
} from './retention-under-test.js';

let retention: RetentionUnderTest;
let before: Map<number, object>;

beforeAll(async () => {
  retention = await startRetention();
});

afterAll(async () => {
  await retention.close();
});

beforeEach(async () => {
  await retention.emptyArchive();
  await insertContracts(retention.url);
  before = await retention.readContracts();
});

async function expectArchivedOnce() {
  const { lines } = await retention.readArchive();
  expect(lines.map((line) => line.contract_id).sort((a, b) => a - b)).toEqual(ENDED);
  for (const line of lines) {
    expect(line).toEqual(before.get(line.contract_id));
  }
  expect(await retention.contractIds()).toEqual(LIVING);
  expect(await retention.sql(`SELECT 1 FROM archive_batches WHERE state <> 'deleted'`)).toEqual([]);
}

describe('contracts that ended longer ago than retention', () => {
  test('are archived as they were, with items and bids, and deleted; others stay', async () => {
    expect(await retention.run(retention.fileStore)).toEqual({ archived: 7, deleted: 7 });
    await expectArchivedOnce();
    const after = await retention.readContracts();
    expect([...after]).toEqual(LIVING.map((id) => [id, before.get(id)]));
    for (const table of ['contract_items', 'contract_bids']) {
      expect(await retention.sql(`SELECT 1 FROM ${table} WHERE contract_id < 11`)).toEqual([]);
    }
    expect(await retention.sql(`SELECT 1 FROM names WHERE id = 90000001`)).toHaveLength(1);
  });

  test('have manifests that say what the objects hold', async () => {
    await retention.run(retention.fileStore);
    const { manifests } = await retention.readArchive();
    expect(manifests.map((manifest) => manifest.count)).toEqual([3, 3, 1]);
    for (const { object, sha256, bytes } of manifests) {
      const content = await readFile(path.join(retention.folder, object));
      expect({ sha256, bytes }).toEqual({
        sha256: createHash('sha256').update(content).digest('hex'),
        bytes: content.length,
      });
    }
    // The oldest ends come first.
    expect(manifests[0]).toMatchObject({
      schema_version: 1,
      first_contract_id: 3,
      last_contract_id: 7,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  test('keep their amounts to the last digit', async () => {
    await retention.sql(`UPDATE contracts SET price = 123456789012345678.91 WHERE contract_id = 2`);
    await retention.run(retention.fileStore);
    const { texts } = await retention.readArchive();
    expect(texts.find((text) => text.startsWith('{"contract_id":2,'))).toContain(
      '"price":123456789012345678.91,',
    );
  });

  test('have no field that docs/archive.md does not name', async () => {
    await retention.run(retention.fileStore);
    const described = await readFile(new URL('../../../docs/archive.md', import.meta.url), 'utf8');
    const { lines } = await retention.readArchive();
    const [line] = lines.filter((each) => each.bids.length > 0);
    const names = [line, line?.items[0], line?.bids[0]].flatMap((row) => Object.keys(row ?? {}));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !described.includes(`\`${name}\``))).toEqual([]);
  });

  test('lose their dead letters, which could no longer be tried again', async () => {
    await retention.sql(`
      INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id)
      SELECT format('dlq-%s-%s', queue, id), queue, 'some_reason', '', id, '{}', ''
        FROM unnest(ARRAY[1, 11]) AS id, unnest(ARRAY['contract', 'maintenance']) AS queue`);
    await retention.run(retention.fileStore);
    expect(await retention.sql(`SELECT id FROM dead_letters ORDER BY id`)).toEqual([
      { id: 'dlq-contract-11' },
      { id: 'dlq-maintenance-11' },
    ]);
  });

  test('stay while a list that was read since then holds them', async () => {
    await retention.sql(`
      INSERT INTO region_pages (region_id, page, last_modified, page_count, fresh_until, contract_ids)
      VALUES (10000002, 1, now(), 1, now(), '{3}'), (10000043, 1, now(), 1, now() - interval '91 days', '{5}')`);
    await retention.run(retention.fileStore);
    expect(await retention.contractIds()).toEqual([3, ...LIVING]);
  });

  test('are deleted without an archive where there is none', async () => {
    expect(await retention.run(null)).toEqual({ archived: 0, deleted: 7 });
    expect(await retention.contractIds()).toEqual(LIVING);
    expect(await retention.files()).toEqual([]);
  });

  test('are written once where two workers run at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => retention.run(retention.fileStore)));
    await expectArchivedOnce();
  });

  test('are left for the next run by a stop', async () => {
    const stop = new AbortController();
    const store: ArchiveStore = {
      ...retention.fileStore,
      async write(...args) {
        await retention.fileStore.write(...args);
        stop.abort();
      },
    };
    await expect(retention.run(store, stop.signal)).rejects.toThrow('aborted');
    expect(await retention.contractIds()).toEqual([...ENDED, ...LIVING]);
    await retention.run(retention.fileStore);
    await expectArchivedOnce();
  });
});

const DIED = new Error('died here');

/** The store, but the nth operation of a kind does not return: the process died before or after the store did it. */
function dying(
  operation: 'write' | 'read',
  what: RegExp,
  when: 'before' | 'after',
  nth: number,
): ArchiveStore {
  let seen = 0;
  const wrap = async <Result>(matches: boolean, act: () => Promise<Result>): Promise<Result> => {
    seen += Number(matches);
    const dies = matches && seen === nth;
    if (dies && when === 'before') {
      throw DIED;
    }
    const result = await act();
    if (dies) {
      throw DIED;
    }
    return result;
  };
  const { fileStore } = retention;
  return {
    url: fileStore.url,
    write: (name, bytes) =>
      wrap(operation === 'write' && what.test(name), () => fileStore.write(name, bytes)),
    read: (name) => wrap(operation === 'read' && what.test(name), () => fileStore.read(name)),
  };
}

const OBJECT = /\.ndjson\.gz$/;
const MANIFEST = /\.manifest\.json$/;

describe('a run that dies', () => {
  test.each(
    (['before', 'after'] as const).flatMap((when) => [
      { when, operation: 'write' as const, of: 'an object', what: OBJECT },
      { when, operation: 'read' as const, of: 'an object', what: OBJECT },
      { when, operation: 'write' as const, of: 'a manifest', what: MANIFEST },
      { when, operation: 'read' as const, of: 'a manifest', what: MANIFEST },
    ]),
  )('$when the $operation of $of is finished by the next', async ({ operation, what, when }) => {
    await expect(retention.run(dying(operation, what, when, 2))).rejects.toThrow(DIED);
    // What is gone from the database is in the archive already.
    const { lines } = await retention.readArchive();
    const left = await retention.contractIds();
    const archived = lines.map((line) => line.contract_id);
    expect([...new Set([...archived, ...left])].sort((a, b) => Number(a) - Number(b))).toEqual([
      ...ENDED,
      ...LIVING,
    ]);
    await retention.run(retention.fileStore);
    await expectArchivedOnce();
    expect(await retention.files()).toHaveLength(6);
  });

  test.each(['written', 'verified', 'deleted'])(
    'before a batch is noted as %s is finished by the next',
    async (state) => {
      await retention.sql(`
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'died here'; END $$;
      CREATE TRIGGER die BEFORE UPDATE ON archive_batches
        FOR EACH ROW WHEN (NEW.state = '${state}') EXECUTE FUNCTION die()`);
      await expect(retention.run(retention.fileStore)).rejects.toThrow('died here');
      expect(await retention.contractIds()).toEqual([...ENDED, ...LIVING]);
      await retention.sql('DROP TRIGGER die ON archive_batches; DROP FUNCTION die()');
      await retention.run(retention.fileStore);
      await expectArchivedOnce();
      expect(await retention.files()).toHaveLength(6);
    },
  );
});

/** Interrupts before the first deletion; the first batch is verified. */
async function stopBeforeDeletion() {
  await retention.sql(`
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'died here'; END $$;
    CREATE TRIGGER die BEFORE UPDATE ON archive_batches
      FOR EACH ROW WHEN (NEW.state = 'deleted') EXECUTE FUNCTION die()`);
  await expect(retention.run(retention.fileStore)).rejects.toThrow('died here');
  await retention.sql('DROP TRIGGER die ON archive_batches; DROP FUNCTION die()');
}

describe('between verification and deletion', () => {
  beforeEach(stopBeforeDeletion);

  test.each([
    ['is damaged', (object: string) => writeFile(object, 'junk')],
    ['lost its end', async (object: string) => writeFile(object, (await readFile(object)).subarray(0, -9))],
    ['is of the same length with one bit changed', flipBit],
  ])('an object that %s is noticed and written again', async (_what, damage) => {
    const object = (await retention.files()).find((name) => name.endsWith('.ndjson.gz')) ?? '';
    await damage(path.join(retention.folder, object));
    await expect(retention.run(retention.fileStore)).rejects.toThrow('is not what was written there');
    expect(await retention.contractIds()).toEqual([...ENDED, ...LIVING]);
    await retention.run(retention.fileStore);
    await expectArchivedOnce();
  });

  test('an object that vanished is written again', async () => {
    await retention.emptyArchive();
    await expect(retention.run(retention.fileStore)).rejects.toThrow('is not what was written there');
    await retention.run(retention.fileStore);
    await expectArchivedOnce();
  });

  test('a contract that came back stays', async () => {
    await retention.sql(`UPDATE contracts SET date_expired = '${daysFromNow(1)}' WHERE contract_id = 5`);
    await retention.run(retention.fileStore);
    expect(await retention.contractIds()).toEqual([5, ...LIVING]);
  });

  test('a contract that changed is archived again as it is now, and only then deleted', async () => {
    await retention.sql(`INSERT INTO contract_bids VALUES (5, 3, 30, now())`);
    await retention.run(retention.fileStore);
    const { lines } = await retention.readArchive();
    const twice = lines.filter((line) => line.contract_id === 5);
    expect(twice.map((line) => line.bids.length)).toEqual([2, 3]);
    expect(await retention.contractIds()).toEqual(LIVING);
  });

  test('contracts that somebody else deleted are no obstacle', async () => {
    await retention.run(null);
    expect(await retention.contractIds()).toEqual(LIVING);
    expect(await retention.run(retention.fileStore)).toEqual({ archived: 0, deleted: 0 });
    expect(await retention.sql(`SELECT 1 FROM archive_batches WHERE state <> 'deleted'`)).toEqual([]);
  });
});

test('a batch of which nothing is left is forgotten', async () => {
  await expect(retention.run(dying('write', OBJECT, 'before', 1))).rejects.toThrow(DIED);
  await retention.run(null);
  expect(await retention.run(retention.fileStore)).toEqual({ archived: 0, deleted: 0 });
  expect(await retention.sql('SELECT 1 FROM archive_batches')).toEqual([]);
});

test('a folder that cannot be written deletes nothing and says so', async () => {
  const blocked = await retention.blockedStore();
  await expect(retention.run(blocked)).rejects.toThrow(/cannot be written: .*E(NOTDIR|EXIST|ACCES)/);
  expect(await retention.contractIds()).toEqual([...ENDED, ...LIVING]);
});

async function flipBit(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  await writeFile(file, bytes);
}
