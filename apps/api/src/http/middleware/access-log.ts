import { currentCorrelation, withCorrelation, type Logger } from '@hangar-bay/runtime';
import type { Request, RequestHandler, Response } from 'express';
import { prefixOf } from '../client-prefix.js';
import type { RouteLabels } from '../route-labels.js';

export interface AccessLogOptions {
  readonly logger: Logger;
  readonly labels: RouteLabels;
  /** Names of parameters whose values may be written; what others hold nobody knows. */
  readonly queryNames: ReadonlySet<string>;
}

const MAX_PATH = 200;
const MAX_QUERY = 500;
/** They come every few seconds, and say nothing unless they fail. */
const WATCHERS = /^\/(health\/|metrics$)/;

/** One line per request, when it is over. */
export function accessLog({ logger, labels, queryNames }: AccessLogOptions): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, originalUrl, socket } = request;
    const sentBefore = socket.bytesWritten;
    const correlation = currentCorrelation();
    const [path = '', query = ''] = originalUrl.split('?', 2);
    const known = describeQuery(query, queryNames);
    response.on('close', () => {
      const fields = {
        method,
        route: labels.of(path),
        path: path.slice(0, MAX_PATH),
        ...(known === '' ? {} : { query: known }),
        status: response.statusCode,
        duration_ms: Math.round(performance.now() - startedAt),
        bytes: socket.bytesWritten - sentBefore,
        ...describeClient(request, response),
      };
      const isRoutine = WATCHERS.test(path) && response.statusCode < 400;
      // The event can come from outside of the request's context.
      withCorrelation(correlation, () => logger[isRoutine ? 'debug' : 'info']('request', fields));
    });
    next();
  };
}

function describeClient(request: Request, response: Response): object {
  const prefix = prefixOf(request.ip);
  return {
    ...(prefix === undefined ? {} : { client_network: prefix }),
    ...(response.writableFinished ? {} : { aborted: true }),
  };
}

/** What was asked for, as far as the API knows such parameters. */
function describeQuery(query: string, names: ReadonlySet<string>): string {
  return [...new URLSearchParams(query)]
    .filter(([name]) => names.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
    .slice(0, MAX_QUERY);
}
