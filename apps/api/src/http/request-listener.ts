import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { withCorrelation } from '@hangar-bay/runtime';
import type { ApiContext } from '../context.js';
import type { Readiness } from '../health/readiness.js';
import { listDocumentedPaths, listQueryNames } from '../openapi/document.js';
import { beginExchange, setHeaders, type Exchange, type TrustsProxy } from './exchange.js';
import { createExpressApp } from './express-app.js';
import { accessLog } from './middleware/access-log.js';
import { cors } from './middleware/cors.js';
import { ANSWER_WITHIN_MS, startDeadline } from './middleware/deadline.js';
import { answerError } from './middleware/error-handler.js';
import { rateLimit } from './middleware/rate-limit.js';
import { requestMetrics } from './middleware/request-metrics.js';
import { forData, headersOf } from './middleware/security-headers.js';
import { traceRequest } from './middleware/trace-request.js';
import { limitUrl } from './middleware/url-limit.js';
import { createRouteLabels } from './route-labels.js';
import { isOfWatchers } from './watchers.js';

/**
 * The order of everything that each request passes before its route. It is outside of Express, which alone takes some
 * 60 µs of CPU for a request, as much as all of this together: a URL that was asked before is answered without it.
 */
export function createRequestListener(context: ApiContext, readiness: Readiness): RequestListener {
  const { logger, knownUrls } = context;
  const app = createExpressApp(context, readiness);
  const trusts = app.get('trust proxy fn') as TrustsProxy;
  const labels = createRouteLabels(listDocumentedPaths());
  const trace = traceRequest(context.tracing, trusts);
  const log = accessLog({ logger, queryNames: listQueryNames() });
  const measure = requestMetrics(context.metrics);
  const headersOfData = headersOf(forData());
  const allowOrigin = cors(context.config.corsOrigins);
  const limit = rateLimit(context.rateLimiter);

  function pass(request: IncomingMessage, response: ServerResponse, exchange: Exchange): void {
    exchange.headers.push(...headersOfData, 'X-Request-Id', exchange.requestId);
    limitUrl(exchange);
    // Whoever watches the API is not limited, and is no page of another site.
    if (!isOfWatchers(exchange)) {
      // Before the limit: what a preflight is answered costs nothing, and a 429 must be readable too.
      if (allowOrigin(request, response, exchange) === 'answered') {
        return;
      }
      limit(exchange);
    }
    const answerKnown = isReading(exchange) ? knownUrls.get(exchange.url) : undefined;
    if (answerKnown === undefined) {
      setHeaders(response, exchange);
      app(request, response);
      return;
    }
    startDeadline(logger, ANSWER_WITHIN_MS, response);
    answerKnown(request, response).catch((error: unknown) => answerError(logger, error, response));
  }

  return (request, response) => {
    const exchange = beginExchange(request, response, { labels, trusts });
    withCorrelation({ request_id: exchange.requestId }, () => {
      const span = trace(request, exchange);
      span.run(() => {
        const endLog = log(request, response, exchange);
        response.on('close', () => {
          clearTimeout(exchange.deadline);
          span.end(response);
          endLog();
          measure(response, exchange);
        });
        try {
          pass(request, response, exchange);
        } catch (error) {
          answerError(logger, error, response);
        }
      });
    });
  };
}

const isReading = ({ method }: Exchange) => method === 'GET' || method === 'HEAD';
