import { Router, json } from 'express';
import { z } from 'zod';
import { SESSION_SECONDS } from '../auth/sessions.js';
import { credentialsSchema, type Credentials } from '../auth/sign-in.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { requireSameOrigin } from '../http/middleware/operator.js';
import { Problem } from '../http/problem.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { SESSION_COOKIE, readCookie, sessionCookieOptions } from '../http/session-cookie.js';

export const tokenSchema = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'Token' });

const BODY_LIMIT = '100kb';

export function authRoutes({ config, sessions, signIn }: ApiContext): Router {
  const router = Router();
  const cookie = sessionCookieOptions(config.nodeEnv);

  router
    .route('/login')
    .post(json({ limit: BODY_LIMIT }), async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      const result = await signIn(readCredentials(request.body), request.ip ?? '');
      if (result.outcome === 'throttled') {
        throw new Problem('too_many_sign_ins', `Try again in ${result.retryAfterSeconds} s.`, {
          headers: { 'Retry-After': String(result.retryAfterSeconds) },
        });
      }
      if (result.outcome === 'refused') {
        throw new Problem('wrong_credentials', 'No operator has this name and password.');
      }
      const token = await sessions.issue(result.operator);
      response
        .cookie(SESSION_COOKIE, token, cookie)
        .set('Cache-Control', 'no-store')
        .json({ access_token: token, token_type: 'Bearer', expires_in: SESSION_SECONDS });
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/logout')
    .post((request, response) => {
      readQuery(request, NO_PARAMETERS);
      if (readCookie(request.get('cookie'), SESSION_COOKIE) !== undefined) {
        requireSameOrigin(request);
      }
      const { maxAge: _maxAge, ...attributes } = cookie;
      response.clearCookie(SESSION_COOKIE, attributes).set('Cache-Control', 'no-store').status(204).end();
    })
    .all(methodNotAllowed('POST'));

  return router;
}

function readCredentials(body: unknown): Credentials {
  if (body === undefined) {
    throw new Problem(
      'unsupported_body',
      'Send username and password as JSON, with Content-Type: application/json.',
    );
  }
  const result = credentialsSchema.safeParse(body);
  if (result.success) {
    return result.data;
  }
  const errors = result.error.issues.map(({ path, message }) => ({ parameter: path.join('.'), message }));
  throw new Problem('invalid_body', 'Expected {"username": "…", "password": "…"}.', { errors });
}
