import { Gauge, Histogram, type Registry } from 'prom-client';
import { METRIC_PREFIX } from './metrics.js';
import type { Tracing } from './tracing.js';

/** Of a pool of connections. */
export interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The database's metrics and spans of a process, in the form in which a connection wants to be watched. */
export function createDatabaseMetrics(registry: Registry, tracing: Tracing) {
  const registers = [registry];
  const duration = new Histogram({
    name: `${METRIC_PREFIX}db_query_duration_seconds`,
    help: 'Time of a statement at the database, its way there included; query is its verb and first table',
    labelNames: ['query'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 60],
    registers,
  });
  return {
    onQuery(query: string, seconds: number, failed: boolean): void {
      duration.observe({ query }, seconds);
      tracing.record(query, {
        seconds,
        failed,
        attributes: { 'db.system.name': 'postgresql', 'db.query.summary': query },
      });
    },

    /** Shows the pool's connections when metrics are read. */
    onPool(pool: PoolState) {
      new Gauge({
        name: `${METRIC_PREFIX}db_pool_connections`,
        help: 'Connections to the database that are busy or idle, and queries that wait for one',
        labelNames: ['state'],
        registers,
        collect() {
          this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
          this.set({ state: 'idle' }, pool.idleCount);
          this.set({ state: 'waiting' }, pool.waitingCount);
        },
      });
    },
  };
}
