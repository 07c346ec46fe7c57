import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line written in a context carries: request_id, job_id, region_id, … */
export type Correlation = Readonly<Record<string, string | number | undefined>>;

const storage = new AsyncLocalStorage<Correlation>();

/** Runs `work` so that everything logged inside carries `fields` too. Contexts nest. */
export function withCorrelation<Result>(fields: Correlation, work: () => Result): Result {
  return storage.run({ ...storage.getStore(), ...fields }, work);
}

/** Runs `work` as if nothing had led to it, such as what a timer does for all. */
export function withoutCorrelation<Result>(work: () => Result): Result {
  return storage.run({}, work);
}

export function currentCorrelation(): Correlation {
  return storage.getStore() ?? {};
}
