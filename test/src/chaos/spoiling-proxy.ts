import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

type Row = Record<string, unknown>;

/** What ESI should never send for a contract; the first leaves no id to know it by. */
const SPOILERS: readonly ((row: Row) => unknown)[] = [
  ({ contract_id: _left, ...row }) => row,
  (row) => ({ ...row, issuer_id: { id: row['issuer_id'] } }),
  (row) => ({ ...row, date_expired: null }),
  (row) => ({ ...row, price: 'a lot' }),
  (row) => ({ ...row, type: 'barter' }),
  (row) => ({ ...row, start_location_id: 'Jita' }),
  () => null,
];

const LIST_PAGE = /^\/contracts\/public\/\d+(\?|$)/;

export interface SpoilingProxy {
  readonly url: string;
  /** Rows that were spoiled so far. */
  readonly spoiled: () => number;
  /** From now on everything passes as it is. */
  relent(): void;
  close(): Promise<void>;
}

/** Stands before ESI and spoils one row in `every` of each page of a list. */
export async function startSpoilingProxy(upstream: string, every: number): Promise<SpoilingProxy> {
  let spoiled = 0;
  let relents = false;

  function spoil(rows: Row[]): unknown[] {
    return rows.map((row, index) => {
      if (index % every !== 0) {
        return row;
      }
      spoiled += 1;
      return SPOILERS[(index / every) % SPOILERS.length]?.(row);
    });
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const body = request.method === 'POST' ? await readText(request) : undefined;
    const headers = new Headers();
    for (const name of ['if-none-match', 'content-type', 'user-agent', 'x-compatibility-date']) {
      const value = request.headers[name];
      if (typeof value === 'string') {
        headers.set(name, value);
      }
    }
    const answer = await fetch(upstream + path, {
      method: request.method ?? 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
    });
    let text = await answer.text();
    if (!relents && answer.status === 200 && LIST_PAGE.test(path)) {
      text = JSON.stringify(spoil(JSON.parse(text) as Row[]));
    }
    // The body is no longer compressed, and of another length.
    const {
      'content-encoding': _encoding,
      'content-length': _length,
      ...kept
    } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, kept).end(answer.status === 304 ? undefined : text);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoiled: () => spoiled,
    relent: () => {
      relents = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
