import { Gauge, type Registry } from 'prom-client';
import { METRIC_PREFIX } from './metrics.js';

/** Open: what is behind it is left alone. Half open: it is being tried. */
export type CircuitState = 'closed' | 'half_open' | 'open';

const VALUES: Readonly<Record<CircuitState, number>> = { closed: 0, half_open: 1, open: 2 };

/** Shows the state of circuits when metrics are read; each circuit is told by its name, which is of the code. */
export function createCircuitMetrics(registry: Registry) {
  const states = new Map<string, () => CircuitState>();
  new Gauge({
    name: `${METRIC_PREFIX}circuit_state`,
    help: 'Circuit breakers: 0 closed, 1 half open (what is behind it is being tried), 2 open (it is left alone)',
    labelNames: ['name'],
    registers: [registry],
    collect() {
      states.forEach((read, name) => this.set({ name }, VALUES[read()]));
    },
  });
  return {
    show: (name: string, read: () => CircuitState) => void states.set(name, read),
  };
}

export type CircuitMetrics = ReturnType<typeof createCircuitMetrics>;
