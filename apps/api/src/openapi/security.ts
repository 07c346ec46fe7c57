import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { SESSION_COOKIE } from '../http/session-cookie.js';

/** For routes of operators: either will do. */
export const FOR_OPERATORS = [{ bearer: [] }, { cookie: [] }];

/** For who watches this server: nobody asks for a token where there is none in its environment. */
export const FOR_METRICS = [{ metrics: [] }, {}];

/** Describes how operators, and what watches this server, say who they are. */
export function registerSecuritySchemes(registry: OpenAPIRegistry): void {
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'For programs: the `access_token` of `POST /api/v1/auth/login` or `/auth/refresh`, good for half an hour',
  });
  registry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description:
      'For browsers: set by signing in. Requests that change something are taken from pages of this site only (`Sec-Fetch-Site` or `Origin`)',
  });
  registry.registerComponent('securitySchemes', 'metrics', {
    type: 'http',
    scheme: 'bearer',
    description: 'METRICS_TOKEN of the environment of the API',
  });
}
