import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { serve } from '../limits/serve.js';
import { createBody, createListing, type Body } from './listing.js';

/**
 * ESI for measurements: one region, prepared bodies, and nothing but node:http, so that it is never what is measured.
 * Unlike the sandbox it keeps no limits and checks nothing. `POST /bench/move-on?churn=N` makes a new generation;
 * `POST /bench/latency?ms=N` makes it slower or faster; `POST /bench/close` lets whoever asks wait until `POST /bench/open`;
 * `POST /bench/reset` and `GET /bench/requests` tell what was asked for, and when first.
 */
let latencyMs = Number(process.env['BENCH_LATENCY_MS']);
const listing = createListing({
  seed: Number(process.env['BENCH_SEED']),
  contracts: Number(process.env['BENCH_CONTRACTS']),
  startedAt: Number(process.env['BENCH_STARTED_AT']),
});
const itemBodies = new Map<number, Body>();
const NOTHING = createBody([]);
const ALL_WELL = createBody({ routes: [] });
const LIST_SECONDS = 1_800;
const ITEMS_SECONDS = 3_600;

let opened = Promise.resolve();
let open: () => void = () => undefined;

let requests = { list: 0, items: 0, other: 0, unchanged: 0, firstAt: 0 };

preparePages();
serve((request, response) => {
  if (request.url?.startsWith('/bench/') === true) {
    answerBench(request, response);
  } else {
    void answerEsi(request, response);
  }
});

/** Those of a usual list: what ESI takes to make them is not what is measured. */
function preparePages(): void {
  for (let page = 1; page <= Math.min(listing.pageCount, 100); page += 1) {
    listing.page(page);
  }
}

async function answerEsi(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await opened;
  requests.firstAt ||= Date.now();
  if (latencyMs > 0) {
    await wait(latencyMs);
  }
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const id = Number(path.slice(path.lastIndexOf('/') + 1));
  const page = Number(new URLSearchParams(query).get('page') ?? 1);
  if (path.startsWith('/contracts/public/items/')) {
    requests.items += 1;
    send(request, response, itemsOf(id), ITEMS_SECONDS, 1);
  } else if (path.startsWith('/contracts/public/bids/')) {
    requests.other += 1;
    send(request, response, NOTHING, 300, 1);
  } else if (path.startsWith('/contracts/public/') && page <= listing.pageCount) {
    requests.list += 1;
    send(request, response, listing.page(page), LIST_SECONDS, listing.pageCount);
  } else if (path === '/meta/status') {
    requests.other += 1;
    send(request, response, ALL_WELL, 60, 1);
  } else {
    requests.other += 1;
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"Not found"}');
  }
}

/** Kept: a bare loop and a worker ask for the same ones, round after round. */
function itemsOf(contractId: number): Body {
  const body = itemBodies.get(contractId) ?? listing.items(contractId);
  itemBodies.set(contractId, body);
  return body;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { plain, zipped, etag }: Body,
  seconds: number,
  pages: number,
): void {
  const now = Date.now();
  const headers = {
    Date: new Date(now).toUTCString(),
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'public',
    ETag: etag,
    'Last-Modified': new Date(listing.madeAt()).toUTCString(),
    Expires: new Date(now + seconds * 1_000).toUTCString(),
    'X-Pages': String(pages),
    'X-Esi-Error-Limit-Remain': '100',
    'X-Esi-Error-Limit-Reset': '60',
  };
  if (request.headers['if-none-match'] === etag) {
    requests.unchanged += 1;
    response.writeHead(304, headers).end();
    return;
  }
  const acceptsGzip = request.headers['accept-encoding']?.includes('gzip') === true;
  const content = acceptsGzip && zipped !== undefined ? zipped : plain;
  response.writeHead(200, {
    ...headers,
    ...(content === plain ? {} : { 'Content-Encoding': 'gzip' }),
    'Content-Length': content.length,
  });
  response.end(content);
}

function answerBench(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'http://bench');
  if (url.pathname === '/bench/move-on') {
    listing.moveOn(Number(url.searchParams.get('churn')));
    preparePages();
  }
  if (url.pathname === '/bench/latency') {
    latencyMs = Number(url.searchParams.get('ms'));
  }
  if (url.pathname === '/bench/close') {
    opened = new Promise((resolve) => (open = resolve));
  }
  if (url.pathname === '/bench/open') {
    open();
  }
  response.end(JSON.stringify(requests));
  if (url.pathname === '/bench/reset') {
    requests = { list: 0, items: 0, other: 0, unchanged: 0, firstAt: 0 };
  }
}
