import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Database } from '@hangar-bay/database';
import { createCircuitMetrics, createMetricsRegistry, type Logger, type Registry } from '@hangar-bay/runtime';
import { DatabaseRefusedError } from '../queries/database-problem.js';
import { createCircuit } from './circuit.js';
import { createPrimary, type Primary } from './primary.js';

const AWAY = new Error('Connection terminated unexpectedly');
const BUSY = new Error('timeout exceeded when trying to connect');

let registry: Registry;
let primary: Primary;
let lines: string[];
/** What a try finds; a promise that never ends: a database that hangs. */
let tryFinds: () => Promise<unknown>;
let tries: number;
let pool: { totalCount: number; idleCount: number; waitingCount: number };

beforeEach(() => {
  registry = createMetricsRegistry();
  lines = [];
  tries = 0;
  tryFinds = () => Promise.reject(AWAY);
  pool = { totalCount: 2, idleCount: 0, waitingCount: 0 };
  const note = (message: string) => lines.push(message);
  const logger: Logger = { error: note, warn: note, info: note, debug: note };
  const $queryRaw = () => {
    tries += 1;
    return tryFinds();
  };
  primary = createPrimary({
    db: { $queryRaw } as unknown as Database,
    circuit: createCircuit({ name: 'primary', metrics: createCircuitMetrics(registry), logger }),
    pool: () => pool,
    poolSize: 2,
  });
});

const fail = (error: Error) => primary.read(() => Promise.reject(error)).catch((thrown: unknown) => thrown);
const work = () => Promise.resolve('read');

async function open(): Promise<void> {
  for (let index = 0; index < 5; index += 1) {
    await fail(AWAY);
  }
}

async function circuitState(): Promise<number | undefined> {
  const metric = await registry.getSingleMetric('hangar_bay_circuit_state')?.get();
  return metric?.values[0]?.value;
}

describe('the circuit of the primary', () => {
  test('opens when it is away five times in a row, and is told of once', async () => {
    for (let index = 0; index < 4; index += 1) {
      await fail(AWAY);
    }
    await expect(primary.read(work)).resolves.toBe('read');
    await open();
    expect(await circuitState()).toBe(2);
    await expect(primary.read(work)).rejects.toThrow(DatabaseRefusedError);
    await expect(primary.read(work)).rejects.toThrow(DatabaseRefusedError);
    expect(lines).toEqual(['a database is away; it is left alone until it answers']);
  });

  test('stays closed over queries that fail by themselves', async () => {
    for (let index = 0; index < 10; index += 1) {
      await fail(new Error('column "cost" does not exist'));
      await fail(BUSY);
    }
    expect(await circuitState()).toBe(0);
  });

  test('closes with the read that finds it back', async () => {
    await open();
    tryFinds = () => Promise.resolve([]);
    await expect(primary.read(work)).resolves.toBe('read');
    expect(await circuitState()).toBe(0);
    expect(lines.at(-1)).toBe('a database answers again');
  });

  test('is tried once for all who come, and keeps nobody waiting for a try that hangs', async () => {
    await open();
    let hangUp: (error: Error) => void = () => undefined;
    tryFinds = () => new Promise((_resolve, reject) => (hangUp = reject));
    const reads = Array.from({ length: 20 }, () => primary.read(work).catch((thrown: unknown) => thrown));
    for (const thrown of await Promise.all(reads)) {
      expect(thrown).toBeInstanceOf(DatabaseRefusedError);
    }
    expect([tries, await circuitState()]).toEqual([1, 1]);

    // Who comes when it has ended does not take its word for it.
    hangUp(AWAY);
    tryFinds = () => Promise.resolve([]);
    await expect(primary.read(work)).resolves.toBe('read');
    expect(tries).toBe(2);
  });
});

test('after a read that waited for a connection in vain, others do not, until a read has ended', async () => {
  expect(await fail(BUSY)).toBe(BUSY);
  const untouched = jest.fn(work);
  await expect(primary.read(untouched)).rejects.toMatchObject({ trouble: 'busy' });
  expect(untouched).not.toHaveBeenCalled();

  pool = { ...pool, idleCount: 1 };
  await expect(primary.read(work)).resolves.toBe('read');
  pool = { ...pool, idleCount: 0 };
  await expect(primary.read(work)).resolves.toBe('read');
});
