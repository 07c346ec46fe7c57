import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { connectDatabase, createEsiLimits } from '@hangar-bay/database';
import { createEsiClient, type EsiClient } from '@hangar-bay/esi-client';
import {
  createSandboxApp,
  sandboxConfigFrom,
  sandboxEnv,
  type Fault,
  type LoggedRequest,
  type RegionTruth,
  type TokenBucketConfig,
} from '@hangar-bay/esi-sandbox';
import { createTestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';

export const THE_FORGE = 10_000_002;
const TOKENS_OF_AN_ANSWER = 2;

export interface LimitsOptions {
  readonly clients: number;
  readonly maxRequestsPerSecond: number;
  readonly maxWaitSeconds?: number;
  readonly tokenBucket?: TokenBucketConfig;
}

export type EsiUnderLimits = Awaited<ReturnType<typeof startEsiUnderLimits>>;

/** A sandbox, and clients that share its limits through a database, each as if it were a process of its own. */
export async function startEsiUnderLimits(options: LimitsOptions) {
  const { clients: count, maxRequestsPerSecond, maxWaitSeconds = 60, tokenBucket } = options;
  const sandbox = createSandboxApp({
    ...sandboxConfigFrom(sandboxEnv.parse({})),
    contracts: 3_000,
    tokenBucket,
  });
  const [{ url }, database] = await Promise.all([sandbox.start(), createTestDatabase()]);
  const databases = Array.from({ length: count }, (_, index) =>
    connectDatabase({
      url: database.url,
      poolSize: 2,
      statementTimeoutMs: 5_000,
      applicationName: `esi-client-${index}`,
    }),
  );
  const clients = databases.map((db) =>
    createEsiClient(
      {
        baseUrl: url,
        userAgent: 'hangar-bay-test (https://example.org/contact)',
        compatibilityDate: '2026-08-04',
        timeoutMs: 5_000,
        retryDelayMs: 10,
        maxRequestsPerSecond,
        maxWaitSeconds,
      },
      createEsiLimits(db, new URL(url).host),
    ),
  );
  const truth = (await control('GET', `truth?region_id=${THE_FORGE}`)) as RegionTruth;
  const contractIds = truth.contracts
    .filter(({ type }) => type !== 'courier')
    .map(({ contract_id }) => contract_id);

  async function control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/__sandbox/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  // Connecting takes a while on a busy machine; what is measured begins after it.
  const isConnected = (client: EsiClient) =>
    client.getRegionPage(THE_FORGE, 1, null).then(
      () => true,
      () => false,
    );
  await Promise.all(clients.map((client) => waitUntil(() => isConnected(client))));
  await control('DELETE', 'requests');

  return {
    url,
    clients,
    contractIds,
    addFault: (fault: Fault) => control('POST', 'faults', fault),
    clearFaults: () => control('DELETE', 'faults'),
    requests: async () => (await control('GET', 'requests')) as LoggedRequest[],

    /** What everything until now has taken from the bucket of contract routes, connecting too. */
    async spentTokens(): Promise<number> {
      const { headers } = await fetch(`${url}/contracts/public/${THE_FORGE}`);
      return Number(headers.get('x-ratelimit-used')) - TOKENS_OF_AN_ANSWER;
    },

    /** Each client asks for items, `concurrency` contracts at a time, until the signal. */
    async askForItems(concurrency: number, signal: AbortSignal, asking: readonly EsiClient[] = clients) {
      setMaxListeners(0, signal);
      let next = 0;
      const askOn = async (client: EsiClient): Promise<void> => {
        while (!signal.aborted) {
          next += 1;
          const id = contractIds[next % contractIds.length] as number;
          // A refused job's queue rests for a while; here the other requests must get their turn.
          await client.getContractItems(id, signal).catch(() => setImmediate());
        }
      };
      await Promise.all(asking.flatMap((client) => Array.from({ length: concurrency }, () => askOn(client))));
    },

    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(databases.map((db) => db.$disconnect()));
      await sandbox.stop();
      await database.drop();
    },
  };
}

/** The most requests within any span of so many milliseconds. */
export function mostWithin(requests: readonly LoggedRequest[], spanMs: number): number {
  const times = requests.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  let first = 0;
  return times.reduce((most, time, index) => {
    while ((times[first] as number) <= time - spanMs) {
      first += 1;
    }
    return Math.max(most, index - first + 1);
  }, 0);
}

/** Requests a second, from the first to the last. */
export function pace(requests: readonly LoggedRequest[]): number {
  const times = requests.map(({ at }) => Date.parse(at));
  return ((requests.length - 1) * 1000) / (Math.max(...times) - Math.min(...times));
}
