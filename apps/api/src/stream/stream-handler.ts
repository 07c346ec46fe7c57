import { decodePosition, type Position } from '@hangar-bay/database';
import type { Request, RequestHandler, Response } from 'express';
import type { ApiContext } from '../context.js';
import { readQuery } from '../http/read-query.js';
import { networkOf } from '../rate-limit/client-network.js';
import { createConnection } from './connection.js';
import { retryFrame } from './frames.js';
import { streamParameters } from './parameters.js';

const KEEP_ALIVE_MS = 60_000;
/** Clients of an instance that stops do not all come to the next one at once. */
const RETRY_MS = { from: 1_000, to: 5_000 };

/** Answers with a stream of events that ends when the client or this process does. */
export function streamHandler({ streams, logger }: Pick<ApiContext, 'streams' | 'logger'>): RequestHandler {
  return async (request, response) => {
    const { last_event_id, ...filters } = readQuery(request, streamParameters);
    const after = readPosition(request, last_event_id);
    if (request.method === 'HEAD') {
      sendHeaders(response);
      response.end();
      return;
    }
    if (streams.isClosed()) {
      // An EventSource gives up for good on any status but 200; this one comes back, to another instance.
      sendHeaders(response);
      response.end(retryFrame(chooseRetryMs()));
      return;
    }
    const admission = await streams.admit(networkOf(request.ip ?? ''));
    const connection = createConnection(response, (reason) => admission.release(connection, reason));
    request.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    sendHeaders(response);
    connection.send(retryFrame(chooseRetryMs()));
    admission.begin(connection, filters, after).catch((error: unknown) => {
      logger.warn('a stream could not begin', { error });
      connection.end('failed');
    });
  };
}

function chooseRetryMs(): number {
  return Math.round(RETRY_MS.from + Math.random() * (RETRY_MS.to - RETRY_MS.from));
}

/** The header counts first: a browser that connects again sends it with the address that it began with. */
function readPosition(request: Request, fromQuery: string | undefined): Position | 'unreadable' | null {
  const header = request.get('last-event-id');
  const text = header === undefined || header === '' ? fromQuery : header;
  return text === undefined || text === '' ? null : (decodePosition(text) ?? 'unreadable');
}

function sendHeaders(response: Response): void {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Proxies neither keep, change nor hold it back.
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
}
