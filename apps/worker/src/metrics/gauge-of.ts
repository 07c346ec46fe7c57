import { Gauge, METRIC_PREFIX, type Registry } from '@hangar-bay/runtime';

/** A number that is read when metrics are read. */
export function gaugeOf(
  registry: Registry,
  name: string,
  help: string,
  read: () => Promise<number | undefined>,
): Gauge {
  return new Gauge({
    name: METRIC_PREFIX + name,
    help,
    registers: [registry],
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
}
