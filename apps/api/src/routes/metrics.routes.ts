import { refuseMetricsReader } from '@hangar-bay/runtime';
import { Router, type Request } from 'express';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { Problem } from '../http/problem.js';

/** Prometheus' text format, for who has the token, or where there is none, for this machine alone. */
export function metricsRoutes({ config, metrics }: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(async (request, response) => {
      requireReader(request, config.metricsToken);
      const text = await metrics.registry.metrics();
      response.set('Cache-Control', 'no-store').type(metrics.registry.contentType).send(text);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}

function requireReader(request: Request, token: string | undefined): void {
  const refusal = refuseMetricsReader(request, token);
  if (refusal === 'token') {
    throw new Problem('not_signed_in', 'Send the METRICS_TOKEN of the API as a bearer token.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  if (refusal === 'remote') {
    throw new Problem(
      'metrics_refused',
      'Without METRICS_TOKEN in the environment of the API, its metrics are for its own machine alone.',
    );
  }
}
