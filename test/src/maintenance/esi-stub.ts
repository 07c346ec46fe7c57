import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface EsiStub {
  readonly url: string;
  /**
   * What is answered to a path, with its query unless that is page 1; of a list one after the other, then the last on
   * and on. Anything else is answered 404.
   */
  readonly answers: Map<string, StubAnswer | StubAnswer[]>;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  stop(): Promise<void>;
}

/** An ESI that answers what a test tells it to. */
export async function startEsiStub(): Promise<EsiStub> {
  const answers = new Map<string, StubAnswer | StubAnswer[]>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('?page=1', '');
    asked.push(path);
    const told = answers.get(path) ?? { status: 404, body: { error: 'Not found' } };
    const answer = Array.isArray(told) ? (told.length > 1 ? told.shift() : told[0]) : told;
    const { status = 200, headers = {}, body } = answer ?? {};
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
