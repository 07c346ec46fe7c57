import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { readinessSchema } from '../../health/readiness.js';
import { livenessSchema } from '../../routes/health.routes.js';
import { answer } from '../parts.js';

export function healthPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/health/live',
      operationId: 'isAlive',
      summary: 'Whether the process answers',
      tags: ['health'],
      responses: { 200: answer({ description: 'It does', schema: livenessSchema }) },
    },
    {
      method: 'get',
      path: '/health/ready',
      operationId: 'isReady',
      summary: 'Whether requests should come here, and why not',
      tags: ['health'],
      responses: {
        200: answer({ description: 'They should', schema: readinessSchema }),
        503: answer({ description: 'They should not', schema: readinessSchema }),
      },
    },
  ];
}
