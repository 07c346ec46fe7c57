import { readAggregationState, type Database } from '@hangar-bay/database';
import type { Producer } from '@hangar-bay/queues';
import { Gauge, METRIC_PREFIX, createBoundedReading, type Registry } from '@hangar-bay/runtime';

interface StoredGaugesDeps {
  readonly db: Database;
  readonly producer: Pick<Producer, 'countJobs'>;
  /** Regions that are swept; null: all. */
  readonly regionIds: readonly number[] | null;
}

/** What the database and the broker hold, read when metrics are read. Every worker tells the same. */
export function watchStored(registry: Registry, { db, producer, regionIds }: StoredGaugesDeps): void {
  const registers = [registry];
  const readDatabase = createBoundedReading(() => readAggregationState(db));
  const readBroker = createBoundedReading(() => producer.countJobs());

  const gaugeOf = (name: string, help: string, read: () => Promise<number | undefined>) =>
    new Gauge({
      name: METRIC_PREFIX + name,
      help,
      registers,
      async collect() {
        const value = await read();
        if (value === undefined) {
          // Never read yet: no number is better than a wrong one.
          this.remove();
        } else {
          this.set(value);
        }
      },
    });

  gaugeOf(
    'contracts_pending',
    'Listed contracts whose items are still wanted',
    async () => (await readDatabase()).value?.pending,
  );
  gaugeOf(
    'dead_letters',
    'Entries that wait for an operator',
    async () => (await readDatabase()).value?.dead_letters,
  );
  gaugeOf(
    'dead_letter_oldest_age_seconds',
    'Time since the oldest waiting entry first failed; 0 where there is none',
    async () => (await readDatabase()).value?.oldest_dead_letter_seconds,
  );
  new Gauge({
    name: `${METRIC_PREFIX}region_last_complete_sweep_timestamp_seconds`,
    help: 'When each region was last swept completely, by whichever worker',
    labelNames: ['region_id'],
    registers,
    async collect() {
      for (const { region_id, last_complete_sweep_at } of (await readDatabase()).value?.regions ?? []) {
        if (regionIds === null || regionIds.includes(region_id)) {
          this.set({ region_id }, last_complete_sweep_at.getTime() / 1000);
        }
      }
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}queue_jobs`,
    help: 'Jobs that the queues hold; failed ones stay for two weeks to be looked at',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      for (const { queue, state, count } of (await readBroker()).value ?? []) {
        this.set({ queue, state }, count);
      }
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}source_up`,
    help: '0 where the database or the broker did not tell its figures in time; then the last known ones are shown',
    labelNames: ['source'],
    registers,
    async collect() {
      const [database, broker] = await Promise.all([readDatabase(), readBroker()]);
      this.set({ source: 'database' }, database.isCurrent ? 1 : 0);
      this.set({ source: 'broker' }, broker.isCurrent ? 1 : 0);
    },
  });
}
