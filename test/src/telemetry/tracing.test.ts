import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { envOf } from '../api/api-under-test.js';
import { startAggregation, type Aggregation } from '../end-to-end/aggregation.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { killAppProcesses, startAppProcess, type AppProcess } from './app-process.js';
import { startRecordingServer, type RecordingServer } from './recording-server.js';
import { pathOf, readSpans, type Span } from './spans.js';

const DOMAIN = 10000043;

let collector: RecordingServer;

beforeEach(async () => {
  collector = await startRecordingServer();
});

afterEach(async () => {
  killAppProcesses();
  await collector.close();
});

const traced = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' });

async function waitForSpan(name: string): Promise<Span> {
  let found: Span | undefined;
  await waitUntil(
    () => {
      found = readSpans(collector.received).find((span) => span.name === name);
      return found !== undefined;
    },
    { what: `a span ${name} has come` },
  );
  return found as Span;
}

describe.each(testQueueUrls())('a sweep of a worker with queues on $backend', ({ open }) => {
  let aggregation: Aggregation;

  beforeEach(async () => {
    aggregation = await startAggregation(open, { regionIds: [DOMAIN], contracts: 500 });
  }, 30_000);

  afterEach(() => aggregation.stop());

  test('is one trace from the tick to each stored contract', async () => {
    const worker = await startAppProcess('worker', { ...aggregation.env, ...traced(), LOG_LEVEL: 'info' });
    await aggregation.settle();
    expect(await worker.stop()).toBe(0);

    const spans = readSpans(collector.received);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['hangar-bay-worker']));
    const stored = spans.filter(({ name }) => name === 'store contract');
    const [row] = await aggregation.query(
      `SELECT count(*)::int AS count FROM contracts WHERE items_state = 'stored'`,
    );
    expect(stored).toHaveLength(Number(row?.['count']));
    expect(stored.length).toBeGreaterThan(5);
    for (const span of stored) {
      expect(pathOf(span, spans)).toEqual([
        'process tick',
        'process region-sweep',
        'process contract',
        'store contract',
      ]);
    }

    const [first] = stored as [Span];
    const trace = spans.filter(({ traceId }) => traceId === first.traceId);
    const paths = new Set(trace.map((span) => pathOf(span, spans).join(' > ')));
    expect(paths).toContain('process tick > process region-sweep > ESI /contracts/public/{region_id}');
    expect(paths).toContain(
      'process tick > process region-sweep > process contract > ESI /contracts/public/items/{contract_id}',
    );
    expect([...paths].some((path) => /process contract > store contract > \w+ contract/.test(path))).toBe(
      true,
    );

    // The log leads to the trace.
    const { contract_id } = first.attributes;
    const line = worker.logged('job done').find((each) => String(each['contract_id']) === contract_id);
    expect(line).toMatchObject({ trace_id: first.traceId, run_id: expect.any(String) });
    expect(await aggregation.differences()).toEqual([]);
  }, 120_000);

  test('is not the trace of the one before', async () => {
    const worker = await startAppProcess('worker', { ...aggregation.env, ...traced(), LOG_LEVEL: 'info' });
    await waitUntil(() => worker.logged('job done').filter((line) => line['queue'] === 'tick').length > 2, {
      what: 'three ticks have passed',
      timeoutMs: 20_000,
    });
    await worker.stop();
    const ticks = readSpans(collector.received).filter(({ name }) => name === 'process tick');
    expect(new Set(ticks.map(({ traceId }) => traceId)).size).toBe(ticks.length);
    expect(ticks.map(({ parentSpanId }) => parentSpanId ?? '')).toEqual(ticks.map(() => ''));
  }, 60_000);
});

describe('a request to the API', () => {
  const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const headers = { traceparent: `00-${PARENT.traceId}-${PARENT.spanId}-01` };

  let database: TestDatabase;
  let api: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  afterEach(async () => {
    expect(await api.stop()).toBe(0);
  });

  const start = async (more: NodeJS.ProcessEnv) => {
    api = await startAppProcess('api', { ...envOf(database.url), LOG_LEVEL: 'info', ...more });
  };

  test('is a trace down to its queries, and its line in the log names it', async () => {
    await start({ ...traced(), OTEL_SERVICE_NAME: 'market' });
    await fetch(`${api.url}/api/v1/contracts?type=auction`, { headers });
    const request = await waitForSpan('GET /api/v1/contracts');
    expect(request).toMatchObject({
      service: 'market',
      attributes: { 'http.route': '/api/v1/contracts', 'http.response.status_code': '200' },
    });
    // Nobody who asks decides on our traces.
    expect(request.traceId).not.toBe(PARENT.traceId);
    await waitUntil(() => api.logged('request').length > 0);
    expect(api.logged('request')[0]).toMatchObject({ trace_id: request.traceId, status: 200 });
    const spans = readSpans(collector.received);
    const queries = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
    expect(queries.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^select contract/));
    expect(queries[0]?.attributes).toMatchObject({ 'db.system.name': 'postgresql' });
  }, 60_000);

  test("goes on with a trusted proxy's trace", async () => {
    await start({ ...traced(), TRUST_PROXY: 'loopback' });
    await fetch(`${api.url}/api/v1/regions`, { headers });
    expect(await waitForSpan('GET /api/v1/regions')).toMatchObject({
      traceId: PARENT.traceId,
      parentSpanId: PARENT.spanId,
    });
  }, 60_000);

  test('is traced as far as OTEL_TRACES_SAMPLER says', async () => {
    await start({ ...traced(), OTEL_TRACES_SAMPLER: 'always_off' });
    expect((await fetch(`${api.url}/api/v1/regions`)).status).toBe(200);
    await api.stop();
    expect(collector.received).toEqual([]);
  }, 60_000);

  test('is answered all the same while the collector is away, of which the log says little', async () => {
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '50' });
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${api.url}/api/v1/regions`)));
    const before = performance.now();
    expect(await api.stop()).toBe(0);
    expect(performance.now() - before).toBeLessThan(7_000);
    const complaints = api.logged('traces could not be sent');
    expect(complaints.length).toBeGreaterThan(0);
    expect(complaints.length).toBeLessThanOrEqual(11);
  }, 60_000);

  test('that the collector has not taken when the process ends is told of in the log', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const { port } = silent.address() as AddressInfo;
      await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
      expect((await fetch(`${api.url}/api/v1/regions`)).status).toBe(200);
      expect(await api.stop()).toBe(0);
      expect(api.logged('traces could not be sent').length).toBeGreaterThan(0);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  }, 60_000);
});
