import type { Request, RequestHandler, Response } from 'express';
import type { SignedIn } from '../../auth/access-tokens.js';
import type { Operator } from '../../auth/operators.js';
import type { Sessions } from '../../auth/sessions.js';
import { Problem } from '../problem.js';
import { SESSION_COOKIE, readCookie } from '../session-cookie.js';

export interface Asker extends SignedIn {
  /** A cookie goes along with requests that its owner never meant to send; a bearer token does not. */
  readonly by: 'bearer' | 'cookie';
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a request only looks. */
export const isSafe = (request: Request): boolean => SAFE_METHODS.includes(request.method);

/** Finds out who asks, by bearer token or cookie. */
export async function findSignedIn(sessions: Sessions, request: Request): Promise<Asker | null> {
  const bearer = bearerOf(request);
  const token = bearer ?? readCookie(request.get('cookie'), SESSION_COOKIE);
  const signedIn = token === undefined ? null : await sessions.verify(token);
  return signedIn && { ...signedIn, by: bearer === undefined ? 'cookie' : 'bearer' };
}

export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
}

/**
 * Lets operators pass, and viewers where they only look.
 *
 * @param signInPath Where browsers are sent that nobody has signed in with; left out for what is not for people.
 */
export function requireOperator(sessions: Sessions, signInPath?: string): RequestHandler {
  return async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    const signedIn = await findSignedIn(sessions, request);
    if (signedIn === null) {
      refuseStranger(request, response, signInPath);
      return;
    }
    if (!isSafe(request)) {
      if (signedIn.by === 'cookie') {
        requireSameOrigin(request);
      }
      if (signedIn.operator.role !== 'operator') {
        throw new Problem('role_too_low', 'A viewer can look, but only an operator can change something.');
      }
    }
    response.locals['operator'] = signedIn.operator;
    next();
  };
}

/** Behind requireOperator: who asks. */
export function operatorOf(response: Response): Operator {
  return response.locals['operator'] as Operator;
}

/** @throws Problem unless the browser says that the request comes from a page of ours. */
export function requireSameOrigin(request: Request): void {
  if (siteOf(request) !== 'same-origin') {
    throw new Problem(
      'cross_site_request',
      'With a cookie, changes are accepted from pages of this site only.',
    );
  }
}

/** Who sent the browser here; `unknown` for programs, which say nothing. */
export function siteOf(request: Request): 'same-origin' | 'other' | 'unknown' {
  const fetchSite = request.get('sec-fetch-site');
  if (fetchSite !== undefined) {
    return fetchSite === 'same-origin' ? 'same-origin' : 'other';
  }
  const origin = request.get('origin');
  if (origin === undefined) {
    return 'unknown';
  }
  // The host alone: behind a proxy that ends TLS, the scheme that arrives here is another.
  return URL.canParse(origin) && new URL(origin).host === request.host ? 'same-origin' : 'other';
}

function refuseStranger(request: Request, response: Response, signInPath: string | undefined): void {
  if (signInPath && request.method === 'GET' && (request.get('accept') ?? '').includes('text/html')) {
    response.redirect(303, `${signInPath}?to=${encodeURIComponent(request.originalUrl)}`);
    return;
  }
  throw new Problem(
    'not_signed_in',
    'Sign in with POST /api/v1/auth/login and send the token as a bearer token.',
    {
      headers: { 'WWW-Authenticate': 'Bearer' },
    },
  );
}
