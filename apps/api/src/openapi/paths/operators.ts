import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { credentialsSchema } from '../../auth/sign-in.js';
import { tokenSchema } from '../../routes/auth.routes.js';
import { answer, problems } from '../parts.js';

export function operatorPaths(): RouteConfig[] {
  return [
    {
      method: 'post',
      path: '/api/v1/auth/login',
      operationId: 'signIn',
      summary:
        "Signs an operator in: a session cookie for browsers, the same token as a bearer's for programs",
      tags: ['operators'],
      request: { body: { required: true, content: { 'application/json': { schema: credentialsSchema } } } },
      responses: {
        200: answer({ description: 'Good for half an hour', schema: tokenSchema }),
        ...problems(400, 401, 413, 415, 429),
      },
    },
    {
      method: 'post',
      path: '/api/v1/auth/logout',
      operationId: 'signOut',
      summary: 'Takes the session cookie back',
      tags: ['operators'],
      responses: { 204: { description: 'Signed out' }, ...problems(400, 403) },
    },
  ];
}
