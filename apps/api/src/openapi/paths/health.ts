import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { readinessSchema } from '../../health/readiness.js';
import { livenessSchema } from '../../routes/health.routes.js';
import { answer, problems } from '../parts.js';
import { FOR_METRICS } from '../security.js';

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
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      summary: "The process in Prometheus' text format",
      description:
        'With METRICS_TOKEN in the environment of the API, for who sends it as a bearer token; without it, for its own machine alone.',
      tags: ['health'],
      security: FOR_METRICS,
      responses: {
        200: {
          description: 'Counters, gauges and histograms',
          content: { 'text/plain': { schema: z.string() } },
        },
        ...problems(401, 403),
      },
    },
  ];
}
