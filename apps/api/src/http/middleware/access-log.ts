import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentCorrelation, type Logger } from '@hangar-bay/runtime';
import { prefixOf } from '../client-prefix.js';
import type { Exchange } from '../exchange.js';
import { isOfWatchers } from '../watchers.js';

export interface AccessLogOptions {
  readonly logger: Logger;
  /** Names of parameters whose values may be written; what others hold nobody knows. */
  readonly queryNames: ReadonlySet<string>;
}

const MAX_PATH = 200;
const MAX_QUERY = 500;

/** One line per request: called when it begins, it returns what writes the line when it is over. */
export function accessLog({ logger, queryNames }: AccessLogOptions) {
  return ({ socket }: IncomingMessage, response: ServerResponse, exchange: Exchange) => {
    const { method, route, path, startedAt } = exchange;
    const sentBefore = socket.bytesWritten;
    const correlation = currentCorrelation();

    return (): void => {
      const query = exchange.query === '' ? undefined : describeQuery(exchange.query, queryNames);
      // They say nothing unless they fail.
      const isRoutine = isOfWatchers(exchange) && response.statusCode < 400;
      logger[isRoutine ? 'debug' : 'info']('request', {
        // The end can come from outside of the request's context. What is undefined is not written.
        ...correlation,
        method,
        route,
        path: path.slice(0, MAX_PATH),
        query,
        status: response.statusCode,
        duration_ms: Math.round(performance.now() - startedAt),
        bytes: socket.bytesWritten - sentBefore,
        client_network: prefixOf(exchange.address),
        aborted: response.writableFinished ? undefined : true,
      });
    };
  };
}

/** What was asked for, as far as the API knows such parameters. */
function describeQuery(query: string, names: ReadonlySet<string>): string | undefined {
  const known = [...new URLSearchParams(query)]
    .filter(([name]) => names.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
    .slice(0, MAX_QUERY);
  return known === '' ? undefined : known;
}
