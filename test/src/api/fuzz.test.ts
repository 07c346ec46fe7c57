import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import supertest, { type Response } from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import {
  fuzzedRequest,
  type DocumentedParameter,
  type DocumentedRoute,
  type FuzzedRequest,
} from './fuzz-requests.js';
import { contract, insert, insertPlaces, item, oneShip } from './world.js';

/** Together 10,000 requests. */
const BATCHES = 100;
const BATCH_SIZE = 100;
const CONNECTIONS = 6;
/** Two seconds, and what a busy machine adds. */
const SLOWEST_MS = 2_600;

let api: ApiUnderTest;
let documented: DocumentedApi;
let routes: DocumentedRoute[];
let cursors: string[];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  const ids = Array.from({ length: 12 }, (_, index) => index + 1);
  await insert(
    api.databaseUrl,
    'contracts',
    ids.map((id) =>
      contract({ contract_id: id, price: id % 3 === 0 ? null : id, ...(id % 2 === 0 ? oneShip(587) : {}) }),
    ),
  );
  await insert(
    api.databaseUrl,
    'contract_items',
    ids.map((id) => item({ contract_id: id, type_id: 587 })),
  );
  routes = await readRoutes();
  cursors = await Promise.all(['', 'sort=price&', 'status=any&'].map(readCursor));
});

afterAll(async () => {
  agent.destroy();
  await api.stop();
});

interface Operation {
  parameters?: DocumentedParameter[];
  security?: unknown[];
  responses: Record<string, unknown>;
}

/** Every route that anybody may read and whose answer ends. */
async function readRoutes(): Promise<DocumentedRoute[]> {
  const { body } = (await supertest(api.url).get('/openapi.json').expect(200)) as {
    body: { paths: Record<string, { get?: Operation }> };
  };
  return Object.entries(body.paths).flatMap(([path, { get }]) =>
    get === undefined || !path.startsWith('/api/v1/') || '401' in get.responses || path.endsWith('/stream')
      ? []
      : [{ path, parameters: get.parameters ?? [] }],
  );
}

async function readCursor(query: string): Promise<string> {
  const { body } = (await supertest(api.url).get(`/api/v1/contracts?${query}limit=3`).expect(200)) as {
    body: { page: { next_cursor: string } };
  };
  return body.page.next_cursor;
}

type Answer = Awaited<ReturnType<typeof send>>;

async function send({ method, url, headers }: FuzzedRequest) {
  const startedAt = performance.now();
  const { hostname, port } = new URL(api.url);
  const sent = request({ hostname, port, path: url, method, headers, agent }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const body = decode(await buffer(response), response.headers['content-encoding']);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    ms: performance.now() - startedAt,
  };
}

function decode(body: Buffer, encoding: string | undefined): string {
  if (body.length === 0 || encoding === undefined) {
    return body.toString();
  }
  return (encoding === 'br' ? brotliDecompressSync(body) : gunzipSync(body)).toString();
}

async function expectGoodAnswer(asked: FuzzedRequest): Promise<void> {
  const answer = await send(asked);
  try {
    checkAnswer(asked, answer);
  } catch (error) {
    const { method, url } = asked;
    throw new Error(
      `${method} ${url}\n${answer.status} after ${answer.ms} ms: ${answer.body.slice(0, 500)}`,
      {
        cause: error,
      },
    );
  }
}

function checkAnswer(asked: FuzzedRequest, answer: Answer): void {
  expect(answer.ms).toBeLessThan(SLOWEST_MS);
  expect(answer.headers['x-request-id']).toMatch(/^[\w.:-]{1,100}$/);
  if (answer.status === 414) {
    expect(asked.url.length).toBeGreaterThan(8_000);
    return;
  }
  if (!['GET', 'HEAD'].includes(asked.method)) {
    // A path that cannot be decoded belongs to no route.
    expect([204, 405, 400]).toContain(answer.status);
    expect(answer.status === 400 ? 'GET' : answer.headers['allow']).toContain('GET');
    return;
  }
  expect([200, 304, 400, 404]).toContain(answer.status);
  if (asked.method === 'GET' && answer.status !== 304) {
    expectDocumentedBody(asked, answer);
  }
}

function expectDocumentedBody(asked: FuzzedRequest, { status, headers, body }: Answer): void {
  const parsed = JSON.parse(body) as { errors?: { parameter: string }[] };
  const response = {
    request: { method: 'GET' },
    status,
    headers,
    body: parsed as unknown,
  } as unknown as Response;
  documented.expectDocumented(asked.path, response);
  if (status === 400) {
    expect(parsed.errors).toEqual(expect.arrayContaining([expect.anything()]));
    const names = namesIn(asked);
    for (const { parameter } of parsed.errors ?? []) {
      expect(names).toContain(parameter);
    }
  }
}

/** What a 400 can name: the parameters of the request, as they were sent and as they were meant. */
function namesIn({ path, url }: FuzzedRequest): string[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const inQuery = (url.split('?')[1] ?? '').split('&').map((pair) => pair.split('=')[0] ?? '');
  return ['path', ...inPath, ...inQuery, ...inQuery.map(decodeIfPossible)];
}

function decodeIfPossible(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

test('no request breaks or delays the API, and each that is refused is refused by name', async () => {
  expect(routes.length).toBeGreaterThan(5);
  const batch = fc.array(fuzzedRequest(routes, cursors), {
    minLength: BATCH_SIZE,
    maxLength: BATCH_SIZE,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(batch, async (requests) => {
      await Promise.all(requests.map(expectGoodAnswer));
    }),
    { numRuns: BATCHES, endOnFailure: true, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true },
  );
}, 120_000);
