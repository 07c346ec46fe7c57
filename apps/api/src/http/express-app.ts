import express, { type Express } from 'express';
import type { ApiContext } from '../context.js';
import type { Readiness } from '../health/readiness.js';
import { adminRoutes } from '../routes/admin.routes.js';
import { authRoutes } from '../routes/auth.routes.js';
import { contractRoutes } from '../routes/contracts.routes.js';
import { docsRoutes } from '../routes/docs.routes.js';
import { healthRoutes } from '../routes/health.routes.js';
import { regionRoutes } from '../routes/regions.routes.js';
import { accessLog } from './middleware/access-log.js';
import { errorHandler, notFound } from './middleware/error-handler.js';
import { requestContext } from './middleware/request-context.js';
import { forAdmin, forData, forDocs } from './middleware/security-headers.js';
import { urlLimit } from './middleware/url-limit.js';

/** The order of everything that a request passes. */
export function createExpressApp(context: ApiContext, readiness: Readiness): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', context.config.trustProxy);
  // Queries are read by the routes, which refuse what they do not know.
  app.set('query parser', false);
  app.set('etag', 'strong');

  app.use(requestContext(), accessLog(context.logger), forData(), urlLimit());
  app.use('/health', healthRoutes(readiness));
  app.use('/api/v1/contracts', contractRoutes(context));
  app.use('/api/v1/regions', regionRoutes(context));
  app.use('/api/v1/auth', authRoutes(context));
  app.use('/admin', forAdmin(), adminRoutes(context));
  app.use(forDocs(), docsRoutes());
  app.use(forData(), notFound(), errorHandler(context.logger));
  return app;
}
