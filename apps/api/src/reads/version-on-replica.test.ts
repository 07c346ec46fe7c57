import { expect, test } from '@jest/globals';
import { versionOnReplica } from './version-on-replica.js';

test('no version is confirmed on a replica that lacks a change of it', () => {
  let wal: bigint | null = null;
  let replayed = 10n;
  const known = { current: () => 3, names: () => 2, wal: () => wal };
  const version = versionOnReplica(known, { holds: (wanted) => replayed >= wanted });
  expect([version.current(), version.names()]).toEqual([null, null]);
  wal = 10n;
  expect([version.current(), version.names()]).toEqual([3, 2]);
  wal = 11n;
  expect([version.current(), version.names()]).toEqual([null, null]);
  replayed = 11n;
  expect([version.current(), version.names()]).toEqual([3, 2]);
});
