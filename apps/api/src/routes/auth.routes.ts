import { Router, json, type Request } from 'express';
import { z } from 'zod';
import type { SessionTokens } from '../auth/sessions.js';
import { credentialsSchema } from '../auth/sign-in.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { bearerOf, requireSameOrigin } from '../http/middleware/operator.js';
import { requestIdOf } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { BODY_LIMIT, readBody } from '../http/read-body.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import {
  REFRESH_COOKIE,
  SESSION_COOKIE,
  clearSessionCookies,
  readCookie,
  setSessionCookies,
} from '../http/session-cookie.js';

const lifetimes = {
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds for which the access token is good' }),
  refresh_expires_in: z
    .int()
    .meta({ description: 'Seconds until the session ends, however often it is refreshed' }),
};

export const tokenSchema = z
  .object({
    access_token: z.string().optional().meta({ description: 'For `Authorization: Bearer …`' }),
    refresh_token: z.string().optional().meta({ description: 'Good for one refresh' }),
    ...lifetimes,
  })
  .meta({
    id: 'Token',
    description:
      'Without the tokens themselves where the session is refreshed by cookie: scripts are not to see them',
  });

export const refreshSchema = z
  .strictObject({ refresh_token: z.string().min(1).max(200).optional() })
  .meta({ id: 'RefreshRequest' });

export function authRoutes({ config, sessions, signIn }: ApiContext): Router {
  const router = Router();

  router
    .route('/login')
    .post(json({ limit: BODY_LIMIT }), async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      const credentials = readBody(request, credentialsSchema, '{"username": "…", "password": "…"}');
      const result = await signIn(credentials, request.ip ?? '');
      if (result.outcome === 'throttled') {
        throw new Problem('too_many_sign_ins', `Try again in ${result.retryAfterSeconds} s.`, {
          headers: { 'Retry-After': String(result.retryAfterSeconds) },
        });
      }
      if (result.outcome === 'refused') {
        throw new Problem('wrong_credentials', 'No operator has this name and password.');
      }
      const tokens = await sessions.open(result.operator, requestIdOf(response));
      setSessionCookies(response, config.nodeEnv, tokens);
      response.set('Cache-Control', 'no-store').json(describeTokens(tokens));
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/refresh')
    .post(json({ limit: BODY_LIMIT }), async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      response.set('Cache-Control', 'no-store');
      const { token, isCookie } = requireRefreshToken(request);
      const tokens = await sessions.refresh(token, requestIdOf(response)).catch((error: unknown) => {
        if (isCookie && error instanceof Problem && error.code === 'session_ended') {
          clearSessionCookies(response, config.nodeEnv);
        }
        throw error;
      });
      if (isCookie) {
        setSessionCookies(response, config.nodeEnv, tokens);
        response.json(describeLifetimes(tokens));
      } else {
        response.json(describeTokens(tokens));
      }
    })
    .all(methodNotAllowed('POST'));

  router
    .route('/logout')
    .post(json({ limit: BODY_LIMIT }), async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      const { refresh_token } = readBody(request, refreshSchema, '{"refresh_token": "…"} or nothing');
      const given = { refreshToken: refresh_token, accessToken: bearerOf(request) };
      const cookies = {
        refreshToken: readCookie(request.get('cookie'), REFRESH_COOKIE),
        accessToken: readCookie(request.get('cookie'), SESSION_COOKIE),
      };
      if (cookies.refreshToken !== undefined || cookies.accessToken !== undefined) {
        requireSameOrigin(request);
      }
      // The browser forgets them even where the session itself cannot be ended at the moment.
      clearSessionCookies(response, config.nodeEnv);
      const isGiven = given.refreshToken !== undefined || given.accessToken !== undefined;
      await sessions.close(isGiven ? given : cookies, requestIdOf(response));
      response.set('Cache-Control', 'no-store').status(204).end();
    })
    .all(methodNotAllowed('POST'));

  return router;
}

/** @throws Problem where there is none, or a page of another site sent the cookie. */
function requireRefreshToken(request: Request): { token: string; isCookie: boolean } {
  const { refresh_token } = readBody(
    request,
    refreshSchema,
    '{"refresh_token": "…"}, or nothing with a cookie',
  );
  if (refresh_token !== undefined) {
    return { token: refresh_token, isCookie: false };
  }
  const token = readCookie(request.get('cookie'), REFRESH_COOKIE);
  if (token === undefined) {
    throw new Problem('not_signed_in', 'Send {"refresh_token": "…"} as POST /api/v1/auth/login answered it.');
  }
  requireSameOrigin(request);
  return { token, isCookie: true };
}

function describeTokens(tokens: SessionTokens): z.input<typeof tokenSchema> {
  return {
    access_token: tokens.accessToken,
    refresh_token: tokens.refreshToken,
    ...describeLifetimes(tokens),
  };
}

function describeLifetimes({ accessSeconds, refreshSeconds }: SessionTokens) {
  return {
    token_type: 'Bearer' as const,
    expires_in: accessSeconds,
    refresh_expires_in: refreshSeconds,
  };
}
