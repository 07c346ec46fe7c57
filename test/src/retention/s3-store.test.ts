import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createArchiveStore,
  parseArchiveUrl,
  type ArchivePlace,
  type ArchiveStore,
} from '@hangar-bay/archive';
import { ENDED, LIVING, insertContracts, startRetention } from './retention-under-test.js';
import { ACCESS, problem, startS3Server, type S3Server } from './s3-server.js';

const BUCKET = 'archive';
let server: S3Server;
let store: ArchiveStore;

beforeEach(async () => {
  server = await startS3Server(BUCKET);
  store = storeAt(`s3://${BUCKET}/hangar%20bay/live`);
});

afterEach(async () => {
  await server.stop();
});

function storeAt(url: string, access = {}): ArchiveStore {
  const address = parseArchiveUrl(url) as ArchivePlace & { kind: 's3' };
  return createArchiveStore({ ...address, access: { ...ACCESS, endpoint: server.endpoint, ...access } });
}

async function readText(from: ArchiveStore, name: string): Promise<string | null> {
  const pieces = await from.read(name);
  if (pieces === null) {
    return null;
  }
  const read: Uint8Array[] = [];
  for await (const piece of pieces) {
    read.push(piece);
  }
  return Buffer.concat(read).toString();
}

describe('an archive in a bucket', () => {
  test('gives back what was written, under its prefix', async () => {
    await store.write('contracts/one (1).gz', Buffer.from('first'));
    await store.write('contracts/one (1).gz', Buffer.from('second'));
    expect(await readText(store, 'contracts/one (1).gz')).toBe('second');
    expect([...server.objects.keys()]).toEqual(['hangar%20bay/live/contracts/one%20%281%29.gz']);
  });

  test('lies at the top of the bucket without a prefix', async () => {
    await storeAt(`s3://${BUCKET}`).write('one', Buffer.from('1'));
    expect([...server.objects.keys()]).toEqual(['one']);
  });

  test('knows an object that is not there from a bucket that is not', async () => {
    expect(await store.read('nothing')).toBeNull();
    await expect(storeAt('s3://elsewhere').read('nothing')).rejects.toThrow(
      's3://elsewhere/nothing cannot be read: 404 NoSuchBucket',
    );
  });

  test('says why it cannot be written', async () => {
    const stranger = storeAt(`s3://${BUCKET}`, { secretAccessKey: 'other' });
    await expect(stranger.write('one', Buffer.from('1'))).rejects.toThrow(
      's3://archive/one cannot be written: 403 SignatureDoesNotMatch because',
    );
  });

  test('is asked again where it is busy', async () => {
    server.faults.push(problem(503, 'SlowDown'), problem(500, 'InternalError'));
    await store.write('one', Buffer.from('1'));
    expect(server.requests).toHaveLength(3);
    expect(await readText(store, 'one')).toBe('1');
  });

  test('is left alone after a stop', async () => {
    await expect(store.write('one', Buffer.from('1'), AbortSignal.abort())).rejects.toThrow('aborted');
    expect(server.requests).toEqual([]);
  });

  test('that does not answer says so', async () => {
    const gone = await startS3Server(BUCKET);
    await gone.stop();
    await expect(storeAt(`s3://${BUCKET}`, { endpoint: gone.endpoint }).read('one')).rejects.toThrow(
      /^s3:\/\/archive does not answer: .*ECONNREFUSED/,
    );
  });
});

test('retention archives into a bucket what it deletes', async () => {
  const retention = await startRetention();
  try {
    await insertContracts(retention.url);
    expect(await retention.run(store)).toEqual({ archived: ENDED.length, deleted: ENDED.length });
    expect(await retention.contractIds()).toEqual(LIVING);
    expect([...server.objects.keys()].filter((key) => key.endsWith('.manifest.json'))).toHaveLength(3);
  } finally {
    await retention.close();
  }
});
