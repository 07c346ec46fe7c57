import { expect, test } from '@jest/globals';
import { versionOnReplica } from './version-on-replica.js';

test('no version is confirmed on a replica that lacks a change of it', () => {
  let wal: bigint | null = null;
  let replayed = 10n;
  const known = { current: () => 3, names: () => 2, departures: () => 1, wal: () => wal };
  const version = versionOnReplica(known, { holds: (wanted) => replayed >= wanted });
  const told = () => [version.current(), version.names(), version.departures()];
  expect(told()).toEqual([null, null, null]);
  wal = 10n;
  expect(told()).toEqual([3, 2, 1]);
  wal = 11n;
  expect(told()).toEqual([null, null, null]);
  replayed = 11n;
  expect(told()).toEqual([3, 2, 1]);
});
