import { Router, json } from 'express';
import type { ApiContext } from '../context.js';
import { requireOperator } from '../http/middleware/operator.js';
import { BODY_LIMIT } from '../http/read-body.js';
import { auditRoutes } from './admin-audit.routes.js';
import { deadLetterRoutes } from './admin-dead-letters.routes.js';
import { flagRoutes } from './admin-flags.routes.js';
import { refreshRoutes } from './admin-refresh.routes.js';
import { statusRoutes } from './admin-status.routes.js';

/** What operators do and viewers look at. */
export function adminApiRoutes(context: ApiContext): Router {
  const router = Router();
  router.use(requireOperator(context.sessions), json({ limit: BODY_LIMIT }));
  router.use('/status', statusRoutes(context));
  router.use('/refresh', refreshRoutes(context));
  router.use('/dead-letters', deadLetterRoutes(context));
  router.use('/flags', flagRoutes(context));
  router.use('/audit', auditRoutes(context));
  return router;
}
