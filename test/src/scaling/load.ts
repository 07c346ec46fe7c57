import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** What people and their programs ask for; a POST is never sent twice by a proxy, so that it shows what is cut. */
const REQUESTS = [
  { method: 'GET', path: '/api/v1/contracts?limit=20', expected: 200 },
  { method: 'GET', path: '/api/v1/contracts/ships?sort=price&limit=20', expected: 200 },
  { method: 'GET', path: '/api/v1/regions', expected: 200 },
  { method: 'POST', path: '/api/v1/auth/login', expected: 400 },
] as const;
const TIMEOUT_MS = 10_000;

export interface LoadResult {
  readonly requests: number;
  /** What was not as expected, and how often. */
  readonly failures: ReadonlyMap<string, number>;
  readonly seconds: number;
  /** Milliseconds that 50, 99 and 100 % of the requests took at the most. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Load {
  stop(): Promise<LoadResult>;
}

/** So many clients, each of which asks again so long after its answer, over a connection that it keeps. */
export function startLoad(url: string, clients: number, thinkMs: number): Load {
  const startedAt = performance.now();
  const failures = new Map<string, number>();
  const durations: number[] = [];
  let isOver = false;

  async function ask(agent: Agent, { method, path, expected }: (typeof REQUESTS)[number]): Promise<void> {
    const before = performance.now();
    const outcome = await send(new URL(path, url), method, agent).catch(
      (error: unknown) => (error as NodeJS.ErrnoException).code ?? (error as Error).message,
    );
    durations.push(performance.now() - before);
    if (outcome !== expected) {
      const failure = `${method} ${path}: ${outcome}`;
      failures.set(failure, (failures.get(failure) ?? 0) + 1);
    }
  }

  async function run(first: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let next = first; !isOver; next += 1) {
      await ask(agent, REQUESTS[next % REQUESTS.length] as (typeof REQUESTS)[number]);
      await wait(thinkMs);
    }
    agent.destroy();
  }

  const running = Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  return {
    async stop() {
      isOver = true;
      await running;
      const sorted = durations.sort((a, b) => a - b);
      const below = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
      return {
        requests: sorted.length,
        failures,
        seconds: (performance.now() - startedAt) / 1000,
        p50: below(0.5),
        p99: below(0.99),
        longest: below(1),
      };
    },
  };
}

/** @returns the status, once the whole answer is there. */
async function send(url: URL, method: string, agent: Agent): Promise<number> {
  const asked = request(url, { method, agent, signal: AbortSignal.timeout(TIMEOUT_MS) });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}
