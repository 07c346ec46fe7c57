import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { credentialsSchema } from '../../auth/sign-in.js';
import { refreshSchema, tokenSchema } from '../../routes/auth.routes.js';
import { answer, problems } from '../parts.js';

type Responses = RouteConfig['responses'];

/** Problems whose meaning is another here than elsewhere. */
export function problemsThat(descriptions: Readonly<Record<number, string>>): Responses {
  const responses = problems(...Object.keys(descriptions).map(Number));
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, description: descriptions[Number(status)] ?? '' },
    ]),
  );
}

export const jsonBody = (schema: z.ZodType, { required }: { readonly required: boolean }) => ({
  body: { required, content: { 'application/json': { schema } } },
});

const AWAY = problems(503);

export function operatorPaths(): RouteConfig[] {
  return [
    {
      method: 'post',
      path: '/api/v1/auth/login',
      operationId: 'signIn',
      summary: 'Signs an operator in',
      description:
        'Sets the cookies for browsers; the same tokens are in the answer for programs. An address has ten failures a minute.',
      tags: ['operators'],
      security: [],
      request: jsonBody(credentialsSchema, { required: true }),
      responses: {
        200: answer({ description: 'Signed in, for a week at the most', schema: tokenSchema }),
        ...problems(400, 413, 415, 429),
        ...problemsThat({ 401: 'No operator has this name and password' }),
        ...AWAY,
      },
    },
    {
      method: 'post',
      path: '/api/v1/auth/refresh',
      operationId: 'refreshSession',
      summary: 'Takes a refresh token for the next tokens',
      description:
        'Programs send the refresh token, browsers its cookie. A refresh token is good once: it is replaced by that of the answer. One that is used again more than 10 s later counts as stolen, and the whole session ends.',
      tags: ['operators'],
      security: [],
      request: jsonBody(refreshSchema, { required: false }),
      responses: {
        200: answer({
          description: 'The next tokens; with a cookie they are in the cookies alone',
          schema: tokenSchema,
        }),
        ...problems(400, 413, 415, 429),
        ...problemsThat({
          401: 'There is no refresh token, or its session is over (`session_ended`): sign in again',
          403: 'A page of another site sent the cookie',
          409: 'Another request used this refresh token a moment ago: go on with the tokens of its answer',
        }),
        ...AWAY,
      },
    },
    {
      method: 'post',
      path: '/api/v1/auth/logout',
      operationId: 'signOut',
      summary: 'Ends the session',
      description:
        'That of the refresh token in the body, else of the bearer token, else of the cookies, which are taken back. An access token that is out ends by itself within half an hour.',
      tags: ['operators'],
      security: [],
      request: jsonBody(refreshSchema, { required: false }),
      responses: {
        204: { description: 'Signed out, also where nobody was signed in' },
        ...problems(400, 413, 415, 429),
        ...problemsThat({ 403: 'A page of another site sent the cookie' }),
        ...AWAY,
      },
    },
  ];
}
