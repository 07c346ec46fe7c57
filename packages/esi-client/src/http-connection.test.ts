import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createEsiClient, type EsiClient } from './client.js';

const REGION = '[{"contract_id":1},{"contract_id":2}]';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers in the order given; the last one answers everything after it. */
let replies: Reply[];
let asked: number;
let server: Server;
let esi: EsiClient;

beforeEach(async () => {
  replies = [];
  asked = 0;
  server = createServer((request, response) => {
    const reply = replies[Math.min(asked, replies.length - 1)];
    asked += 1;
    reply?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  esi = createEsiClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    userAgent: 'hangar-bay-test (https://example.org/contact)',
    compatibilityDate: '2026-08-04',
    timeoutMs: 150,
    retryDelayMs: 1,
    maxRequestsPerSecond: 10_000,
    maxWaitSeconds: 1,
    itemConnections: 2,
  });
});

afterEach(async () => {
  await esi.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const whole: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'x-pages': '1' }).end(REGION);
};

const reset: Reply = (request) => request.socket.resetAndDestroy();

const resetInTheBody: Reply = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': REGION.length });
  response.write(REGION.slice(0, 10), () => request.socket.resetAndDestroy());
};

const endEarly: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': REGION.length });
  response.write(REGION.slice(0, 10), () => response.destroy());
};

/** A whole answer for HTTP; half a list for its reader. */
const halfAList: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(REGION.slice(0, 20));
};

const brokenGzip: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('not gzip');
};

const silence: Reply = () => undefined;

const silenceInTheBody: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': REGION.length });
  response.write(REGION.slice(0, 10));
};

const BROKEN = [
  ['a reset', reset],
  ['a reset in the middle of the body', resetInTheBody],
  ['a body shorter than announced', endEarly],
  ['half a list', halfAList],
  ['broken gzip', brokenGzip],
  ['silence', silence],
  ['silence in the middle of the body', silenceInTheBody],
] as const;

describe('on a real connection', () => {
  test.each(BROKEN)('%s is followed by a whole answer, which counts', async (_what, broken) => {
    replies = [broken, whole];
    const page = await esi.getRegionPage(10_000_002, 1, null);
    expect(page).toMatchObject({ kind: 'rows', rows: [{ contract_id: 1 }, { contract_id: 2 }] });
    expect(asked).toBe(2);
  });

  test.each(BROKEN)('%s every time is an error and never part of a list', async (_what, broken) => {
    replies = [broken];
    await expect(esi.getRegionPage(10_000_002, 1, null)).rejects.toMatchObject({
      name: 'EsiError',
      kind: 'network',
    });
    expect(asked).toBe(4);
  });

  test('a stop ends a request that is not answered', async () => {
    const controller = new AbortController();
    const reason = new Error('stopping');
    replies = [() => controller.abort(reason)];
    await expect(esi.getContractItems(7, controller.signal)).rejects.toBe(reason);
    expect(asked).toBe(1);
  });

  test('nobody answers: the address is no longer served', async () => {
    server.close();
    await once(server, 'close');
    await expect(esi.getContractItems(7)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  test('connections are kept, and closed with the client', async () => {
    replies = [whole];
    // The server never closes an idle one.
    server.keepAliveTimeout = 0;
    const connections = new Set<unknown>();
    server.on('connection', (socket) => connections.add(socket));
    await esi.getRegionPage(10_000_002, 1, null);
    await esi.getRegionPage(10_000_002, 1, null);
    expect(connections.size).toBe(1);
    const [socket] = connections as Set<IncomingMessage['socket']>;
    await esi.close();
    await once(socket as IncomingMessage['socket'], 'close', { signal: AbortSignal.timeout(2_000) });
  });

  test('at most so many contracts are asked for at a time, whatever else is asked for', async () => {
    const open = new Map<string, number>();
    const most = new Map<string, number>();
    replies = [
      (request, response) => {
        const route = request.url?.includes('items') ? 'items' : 'list';
        const change = (by: number) => open.set(route, (open.get(route) ?? 0) + by);
        change(1);
        most.set(route, Math.max(most.get(route) ?? 0, open.get(route) ?? 0));
        response.on('close', () => change(-1));
        setTimeout(() => whole(request, response), 20);
      },
    ];
    await Promise.all([
      ...Array.from({ length: 8 }, (_, index) => esi.getContractItems(index + 1)),
      ...Array.from({ length: 8 }, (_, index) => esi.getRegionPage(10_000_002, index + 1, null)),
    ]);
    expect(most.get('items')).toBe(2);
    expect(most.get('list')).toBeGreaterThan(2);
  });
});
