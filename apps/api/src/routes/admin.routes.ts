import { discardDeadLetter } from '@hangar-bay/database';
import { Router, urlencoded, type RequestHandler } from 'express';
import { credentialsSchema } from '../auth/sign-in.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import {
  findSignedIn,
  operatorOf,
  requireOperator,
  requireSameOrigin,
  siteOf,
} from '../http/middleware/operator.js';
import { requestIdOf } from '../http/exchange.js';
import { Problem } from '../http/problem.js';
import { BODY_LIMIT } from '../http/read-body.js';
import {
  SESSION_COOKIE,
  clearSessionCookies,
  readCookie,
  setSessionCookies,
} from '../http/session-cookie.js';
import { auditBoard } from '../ops/audit-board.js';
import { createBullBoards } from '../ops/bull-board.js';
import { SIGN_IN_SCRIPT, SIGN_IN_STYLES, renderSignInPage } from '../ops/sign-in-page.js';

const SIGN_IN_PATH = '/admin/sign-in';
const QUEUES_PATH = '/admin/queues';

export function adminRoutes(context: ApiContext): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: BODY_LIMIT });
  router
    .route('/sign-in')
    .get(showSignInPage(context))
    .post(form, acceptSignInForm(context))
    .all(methodNotAllowed('GET', 'HEAD', 'POST'));
  router
    .route('/sign-in.css')
    .get((_request, response) => {
      response.type('css').send(SIGN_IN_STYLES);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/sign-in.js')
    .get((_request, response) => {
      response.type('js').send(SIGN_IN_SCRIPT);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  router.route('/sign-out').post(signOut(context)).all(methodNotAllowed('POST'));
  router.use(
    '/queues',
    requireOperator(context.sessions, SIGN_IN_PATH),
    auditBoard(context),
    bullBoard(context),
  );
  return router;
}

function showSignInPage({ sessions }: ApiContext): RequestHandler {
  return async (request, response) => {
    const signedIn = await findSignedIn(sessions, request);
    const { searchParams } = new URL(request.originalUrl, 'http://localhost');
    response
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(renderSignInPage({ to: safeTarget(searchParams.get('to')), signedInAs: signedIn?.operator }));
  };
}

function acceptSignInForm({ config, sessions, signIn }: ApiContext): RequestHandler {
  return async (request, response) => {
    if (siteOf(request) === 'other') {
      throw new Problem('cross_site_request', 'Sign in from the page of this site.');
    }
    const { to: givenTarget, ...fields } = (request.body ?? {}) as Record<string, unknown>;
    const to = safeTarget(givenTarget);
    response.set('Cache-Control', 'no-store').type('html');
    const credentials = credentialsSchema.safeParse(fields);
    if (!credentials.success) {
      response.status(400).send(renderSignInPage({ to, message: 'Enter a name and a password.' }));
      return;
    }
    const result = await signIn(credentials.data, request.ip ?? '');
    if (result.outcome === 'throttled') {
      const seconds = result.retryAfterSeconds;
      const message = `Too many failed sign-ins. Try again in ${seconds} s.`;
      response.status(429).set('Retry-After', String(seconds)).send(renderSignInPage({ to, message }));
      return;
    }
    if (result.outcome === 'refused') {
      response.status(401).send(renderSignInPage({ to, message: 'No operator has this name and password.' }));
      return;
    }
    setSessionCookies(response, config.nodeEnv, await sessions.open(result.operator, requestIdOf(response)));
    response.redirect(303, to);
  };
}

function signOut({ config, sessions }: ApiContext): RequestHandler {
  return async (request, response) => {
    requireSameOrigin(request);
    // The browser forgets them even where the session itself cannot be ended at the moment.
    clearSessionCookies(response, config.nodeEnv);
    response.set('Cache-Control', 'no-store');
    // The refresh token does not come here; the access token names the session too.
    const accessToken = readCookie(request.get('cookie'), SESSION_COOKIE);
    await sessions.close({ refreshToken: undefined, accessToken }, requestIdOf(response));
    response.redirect(303, SIGN_IN_PATH);
  };
}

function bullBoard({ db, producer }: ApiContext): RequestHandler {
  const boards = createBullBoards(producer.queues, {
    basePath: QUEUES_PATH,
    accountPath: SIGN_IN_PATH,
    async discard(ids) {
      for (const id of ids) {
        await discardDeadLetter(db, id);
      }
    },
  });
  return (request, response, next) => {
    boards[operatorOf(response).role](request, response, next);
  };
}

/** Where to go after signing in: a path of ours, whatever the link said. */
function safeTarget(target: unknown): string {
  const origin = 'http://localhost';
  if (typeof target !== 'string' || !URL.canParse(target, origin)) {
    return QUEUES_PATH;
  }
  const url = new URL(target, origin);
  return url.origin === origin && url.pathname.startsWith(QUEUES_PATH)
    ? `${url.pathname}${url.search}`
    : QUEUES_PATH;
}
