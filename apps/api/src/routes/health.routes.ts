import { Router } from 'express';
import { z } from 'zod';
import type { Readiness } from '../health/readiness.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';

export const livenessSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });

export function healthRoutes(readiness: Readiness): Router {
  const router = Router();
  router
    .route('/live')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/ready')
    .get(async (_request, response) => {
      const report = await readiness.check();
      response
        .status(report.status === 'unready' ? 503 : 200)
        .set({ 'Cache-Control': 'no-store', ...(report.status === 'unready' ? { 'Retry-After': '5' } : {}) })
        .json(report);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
