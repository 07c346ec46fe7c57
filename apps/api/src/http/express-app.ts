import compression from 'compression';
import express, { type Express } from 'express';
import type { ApiContext } from '../context.js';
import type { Readiness } from '../health/readiness.js';
import { adminApiRoutes } from '../routes/admin-api.routes.js';
import { adminRoutes } from '../routes/admin.routes.js';
import { authRoutes } from '../routes/auth.routes.js';
import { contractRoutes } from '../routes/contracts.routes.js';
import { docsRoutes } from '../routes/docs.routes.js';
import { healthRoutes } from '../routes/health.routes.js';
import { metricsRoutes } from '../routes/metrics.routes.js';
import { regionRoutes } from '../routes/regions.routes.js';
import { shipRoutes } from '../routes/ships.routes.js';
import { taxonomyRoutes } from '../routes/taxonomy.routes.js';
import { typeRoutes } from '../routes/types.routes.js';
import { ANSWER_WITHIN_MS, OPERATORS_WITHIN_MS, deadline } from './middleware/deadline.js';
import { errorHandler, notFound } from './middleware/error-handler.js';
import { forAdmin, forData, forDocs } from './middleware/security-headers.js';

/** The routes; what all requests pass before is in request-listener.ts. */
export function createExpressApp(context: ApiContext, readiness: Readiness): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', context.config.trustProxy);
  // Queries are read by the routes, which refuse what they do not know.
  app.set('query parser', false);
  app.set('etag', 'strong');

  app.use('/health', healthRoutes(readiness));
  app.use('/metrics', metricsRoutes(context));
  app.use(['/api/v1/auth', '/api/v1/admin', '/admin'], deadline(context.logger, OPERATORS_WITHIN_MS));
  app.use('/api/v1/auth', authRoutes(context));
  app.use('/api/v1/admin', adminApiRoutes(context));
  app.use('/api', deadline(context.logger, ANSWER_WITHIN_MS));
  app.use('/api/v1/contracts', contractRoutes(context));
  app.use('/api/v1/regions', regionRoutes(context));
  app.use('/api/v1/ships', shipRoutes(context));
  app.use('/api/v1/taxonomy', taxonomyRoutes(context));
  app.use('/api/v1/types', typeRoutes(context));
  // The routes above compress their answers themselves, once for as long as they are kept.
  app.use(compression());
  app.use('/admin', forAdmin(), adminRoutes(context));
  app.use(forDocs(), docsRoutes());
  app.use(forData(), notFound(), errorHandler(context.logger));
  return app;
}
