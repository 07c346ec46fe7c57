import type { DataVersion } from '../cache/data-version.js';
import type { Replica } from './replica.js';

/**
 * The version for what is read from a replica, and kept in parts: a part that is read while the next version has begun
 * may lack it. So while the replica lacks a change that this process has seen, no version is confirmed.
 */
export function versionOnReplica(
  version: Pick<DataVersion, 'current' | 'names' | 'departures' | 'wal'>,
  replica: Pick<Replica, 'holds'>,
): Pick<DataVersion, 'current' | 'names' | 'departures'> {
  const isThere = () => {
    const wal = version.wal();
    return wal !== null && replica.holds(wal);
  };
  return {
    current: () => (isThere() ? version.current() : null),
    names: () => (isThere() ? version.names() : null),
    departures: () => (isThere() ? version.departures() : null),
  };
}
