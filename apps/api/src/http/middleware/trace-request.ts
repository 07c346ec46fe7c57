import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tracing } from '@hangar-bay/runtime';
import type { Exchange, TrustsProxy } from '../exchange.js';

/** Makes each request a span. It continues the trace of a proxy that is trusted, and of nobody else. */
export function traceRequest(tracing: Tracing, trusts: TrustsProxy) {
  return ({ socket, headers }: IncomingMessage, { method, route }: Exchange) => {
    const { traceparent } = headers;
    const isBelieved = typeof traceparent === 'string' && trusts(socket.remoteAddress ?? '', 0);
    const entry = tracing.enter(`${method} ${route}`, {
      kind: 'server',
      parent: isBelieved ? traceparent : undefined,
      attributes: { 'http.request.method': method, 'http.route': route },
    });
    return {
      /** Runs what belongs to the request. */
      run: (work: () => void) => entry.run(work),

      end({ statusCode, writableFinished }: ServerResponse): void {
        const attributes = { 'http.response.status_code': statusCode, aborted: !writableFinished };
        if (statusCode >= 500) {
          entry.end(attributes, new Error(`answered ${statusCode}`));
        } else {
          entry.end(attributes);
        }
      },
    };
  };
}
