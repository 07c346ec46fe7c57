import type { Tracing } from '@hangar-bay/runtime';
import type { Request, RequestHandler } from 'express';
import type { RouteLabels } from '../route-labels.js';

/** Makes each request a span. It continues the trace of a proxy that is trusted, and of nobody else. */
export function traceRequest(tracing: Tracing, labels: RouteLabels): RequestHandler {
  return (request, response, next) => {
    const route = labels.of(request.path);
    const entry = tracing.enter(`${request.method} ${route}`, {
      kind: 'server',
      parent: isBelieved(request) ? request.get('traceparent') : undefined,
      attributes: { 'http.request.method': request.method, 'http.route': route },
    });
    response.once('close', () => {
      const { statusCode } = response;
      const attributes = { 'http.response.status_code': statusCode, aborted: !response.writableFinished };
      if (statusCode >= 500) {
        entry.end(attributes, new Error(`answered ${statusCode}`));
      } else {
        entry.end(attributes);
      }
    });
    entry.run(next);
  };
}

function isBelieved(request: Request): boolean {
  const trusts = request.app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return trusts(request.socket.remoteAddress ?? '', 0);
}
