import {
  Problem,
  describeProblem,
  invalidParameters,
  type ParameterError,
  type ProblemBody,
  type ProblemCode,
} from '../../http/problem.js';
import type { Operation } from '../operation.js';
import { exampleOfParameter } from './parameters.js';

const REQUEST_ID = '3d0f0a8e-6b0f-4a0e-8c57-2f8a4b1c9d20';

const LIST = '/api/v1/contracts/ships';
const ACTION = '/api/v1/admin/refresh';
const LOGIN = '/api/v1/auth/login';
const REFRESH = '/api/v1/auth/refresh';

/** Problems that say the same wherever they come, each at a place where it can. */
const SHARED = {
  malformed_request: [LOGIN, 'The body is malformed: check the JSON.'],
  not_signed_in: [ACTION, 'Sign in with POST /api/v1/auth/login and send the token as a bearer token.'],
  wrong_credentials: [LOGIN, 'No operator has this name and password.'],
  session_ended: [REFRESH, 'The session is over, or was ended. Sign in again.'],
  metrics_refused: [
    '/metrics',
    'Without METRICS_TOKEN in the environment of the API, its metrics are for its own machine alone.',
  ],
  role_too_low: [ACTION, 'A viewer can look, but only an operator can change something.'],
  cross_site_request: [ACTION, 'With a cookie, changes are accepted from pages of this site only.'],
  not_found: [
    '/api/v1/admin/dead-letters/dlq-contract-219450317',
    'There is no dead letter dlq-contract-219450317: it was settled, discarded, or never there.',
  ],
  method_not_allowed: [LIST, 'PATCH is not possible here; GET, HEAD, OPTIONS are.'],
  refresh_raced: [
    REFRESH,
    'This refresh token was used a moment ago. Go on with the tokens of that answer; a browser has them already.',
  ],
  request_in_progress: [ACTION, 'The request of this Idempotency-Key has not ended yet.'],
  request_timeout: [LIST, 'The request did not arrive in time.'],
  body_too_large: [ACTION, 'A body has at most 100 KB.'],
  url_too_long: [LIST, 'A URL has at most 8192 bytes.'],
  unsupported_body: [ACTION, 'Send JSON, with Content-Type: application/json.'],
  idempotency_key_reused: [
    ACTION,
    'This Idempotency-Key was used with another body. A new request takes a new key.',
  ],
  too_many_requests: [LIST, 'An address has 600 requests in 60 s. Try again in 42 s.'],
  too_many_streams: [
    '/api/v1/contracts/stream',
    'There are 20 open streams from your address, which is the limit. Close one.',
  ],
  too_many_sign_ins: [LOGIN, 'Try again in 42 s.'],
  headers_too_large: [LIST, 'The headers and the URL together are too large.'],
  internal_error: [LIST, 'The log of the API has the details, under the request_id.'],
  switched_off: [ACTION, 'An operator has switched admin_writes off: The database is being moved.'],
  unavailable: [LIST, 'The database does not answer. Try again in a moment.'],
} as const satisfies Partial<Record<ProblemCode, readonly [instance: string, detail: string]>>;

type SharedCode = keyof typeof SHARED;

/** What operations say in words of their own. */
const DETAILS_OF: Readonly<Record<string, Partial<Record<SharedCode, string>>>> = {
  getContract: { not_found: 'There is no contract 219450317, or it is not complete yet.' },
  getType: { not_found: 'No contract has held anything of type 587 yet.' },
  setFlag: {
    not_found:
      'There is no switch of this name. There are aggregation, items, and region:<region_id> of each known region.',
  },
  getMetrics: { not_signed_in: 'Send the METRICS_TOKEN of the API as a bearer token.' },
};

const WRONG_REFRESH_TOKEN = {
  expected: '{"refresh_token": "…"} or nothing',
  parameter: 'refresh_token',
  message: 'Too small: expected string to have >=1 characters',
};

const WRONG_BODIES: Readonly<Record<string, typeof WRONG_REFRESH_TOKEN>> = {
  signIn: {
    expected: '{"username": "…", "password": "…"}',
    parameter: 'password',
    message: 'Invalid input: expected string, received undefined',
  },
  refreshRegions: {
    expected: '{"region_ids": [10000002]} or nothing',
    parameter: 'region_ids.0',
    message: 'must be a whole number from 1 to 2147483647',
  },
  retryDeadLetters: {
    expected: '{"reason": "no_items"}',
    parameter: 'reason',
    message: 'must be the code of a reason, such as no_items',
  },
  setFlag: {
    expected: '{"enabled": false, "reason": "…"}',
    parameter: 'enabled',
    message: 'Invalid input: expected boolean, received string',
  },
};

/** The problems that a status stands for. */
const CODES: Readonly<Record<string, readonly ProblemCode[]>> = {
  400: ['invalid_parameter'],
  401: ['not_signed_in'],
  403: ['role_too_low', 'cross_site_request'],
  404: ['not_found'],
  409: ['request_in_progress'],
  413: ['body_too_large'],
  415: ['unsupported_body'],
  422: ['idempotency_key_reused'],
  429: ['too_many_requests'],
  503: ['unavailable'],
  default: ['method_not_allowed', 'url_too_long', 'internal_error'],
};

const ONLY_OURS = { 403: ['cross_site_request'] } as const;
const MAY_BE_OFF = { 503: ['unavailable', 'switched_off'] } as const;

/** The same for operations where it is otherwise. */
const CODES_OF: Readonly<Record<string, Readonly<Record<string, readonly ProblemCode[]>>>> = {
  getMetrics: { 403: ['metrics_refused'] },
  signIn: { 401: ['wrong_credentials'], 429: ['too_many_requests', 'too_many_sign_ins'] },
  refreshSession: { 401: ['not_signed_in', 'session_ended'], 409: ['refresh_raced'], ...ONLY_OURS },
  signOut: ONLY_OURS,
  refreshRegions: MAY_BE_OFF,
  discardDeadLetter: MAY_BE_OFF,
  retryDeadLetter: MAY_BE_OFF,
  retryDeadLetters: MAY_BE_OFF,
  streamContracts: { 429: ['too_many_requests', 'too_many_streams'] },
};

interface Example {
  readonly value: ProblemBody;
}

/** Examples of the problems that an operation answers with one status, by their codes. */
export function problemExamples(
  path: string,
  operation: Operation,
  status: string,
): Record<string, Example | { readonly $ref: string }> {
  const instance = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(exampleOfParameter(operation.operationId, name)),
  );
  return Object.fromEntries(
    codesOf(operation, status).map((code) => {
      const own = ownProblem(operation, code);
      return [code, own === null ? { $ref: `#/components/examples/${code}` } : exampleOf(own, instance)];
    }),
  );
}

/** For the document's components. */
export function sharedExamples(): Record<string, Example> {
  return Object.fromEntries(
    Object.entries(SHARED).map(([code, [instance, detail]]) => [
      code,
      exampleOf(new Problem(code as SharedCode, detail), instance),
    ]),
  );
}

const exampleOf = (problem: Problem, instance: string): Example => ({
  value: describeProblem(problem, { instance, requestId: REQUEST_ID }),
});

function codesOf(operation: Operation, status: string): readonly ProblemCode[] {
  const codes = CODES_OF[operation.operationId]?.[status] ?? CODES[status] ?? [];
  return status === '400' && operation.requestBody !== undefined
    ? ['invalid_body', 'malformed_request', ...codes]
    : codes;
}

/** Null where it is the same as elsewhere. */
function ownProblem(operation: Operation, code: ProblemCode): Problem | null {
  switch (code) {
    case 'invalid_parameter':
      return invalidParameters([wrongParameter(operation)]);
    case 'invalid_body': {
      const { expected, ...error } = WRONG_BODIES[operation.operationId] ?? WRONG_REFRESH_TOKEN;
      return new Problem(code, `Expected ${expected}.`, { errors: [error] });
    }
    default: {
      const detail = DETAILS_OF[operation.operationId]?.[code];
      return detail === undefined ? null : new Problem(code, detail);
    }
  }
}

/** What a request of the operation could have got wrong. */
function wrongParameter({ parameters = [] }: Operation): ParameterError {
  const known = parameters.find((parameter) => parameter.in === 'query')?.name;
  return known === undefined
    ? { parameter: 'limit', message: 'is not known: there are no parameters here' }
    : { parameter: `${known}s`, message: `is not known here; the nearest that is known is ${known}` };
}
