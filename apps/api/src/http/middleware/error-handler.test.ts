import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { Logger } from '@hangar-bay/runtime';
import { beginExchange } from '../exchange.js';
import { createRouteLabels } from '../route-labels.js';
import { answerError } from './error-handler.js';

const lines: string[] = [];
const note = (message: string) => lines.push(message);
const logger: Logger = { error: note, warn: note, info: note, debug: note };

/** A route that fails when it has begun to answer. */
const server = createServer((request, response) => {
  beginExchange(request, response, { labels: createRouteLabels([]), trusts: () => false });
  response.writeHead(200, { 'Content-Length': '100' });
  response.write('{"data":[');
  request.once('end', () => answerError(logger, new Error('in the middle'), response)).resume();
});

afterEach(() => {
  server.close();
});

test('an answer that fails in the middle is cut off, and never looks complete', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  const [error] = (await once(answer, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  expect(answer.complete).toBe(false);
  expect(lines).toEqual(['request failed']);
});
