import { statfs } from 'node:fs/promises';
import { readDatabaseCapacity, type Database } from '@hangar-bay/database';
import { Gauge, METRIC_PREFIX, createBoundedReading, type Registry } from '@hangar-bay/runtime';
import { gaugeOf } from './gauge-of.js';

interface CapacityGaugesDeps {
  readonly db: Database;
  /** A folder on the disk that is watched. */
  readonly diskFolder: string;
}

/** What comes to an end some day: connections of the database's server, and a disk. */
export function watchCapacity(registry: Registry, { db, diskFolder }: CapacityGaugesDeps): void {
  const readDatabase = createBoundedReading(() => readDatabaseCapacity(db));
  const readDisk = createBoundedReading(() => statfs(diskFolder));

  gaugeOf(registry, 'database_bytes', 'Size of the database on disk', async () => {
    return (await readDatabase()).value?.bytes;
  });
  gaugeOf(
    registry,
    'database_connections',
    "Connections to the database's server, of all clients",
    async () => {
      return (await readDatabase()).value?.connections;
    },
  );
  gaugeOf(
    registry,
    'database_connections_max',
    "Connections that the database's server allows",
    async () => (await readDatabase()).value?.connections_max,
  );
  new Gauge({
    name: `${METRIC_PREFIX}disk_bytes`,
    help: 'Of the disk that the process stands on, or its data where it runs a database itself: total, and free',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const disk = (await readDisk()).value;
      if (disk !== null) {
        this.set({ state: 'total' }, disk.blocks * disk.bsize);
        this.set({ state: 'free' }, disk.bavail * disk.bsize);
      }
    },
  });
}
