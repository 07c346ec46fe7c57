import { z } from 'zod';

/** Every problem that the API tells of, by its stable code. */
const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request cannot be read' },
  invalid_parameter: { status: 400, title: 'A parameter is not valid' },
  invalid_body: { status: 400, title: 'The body is not valid' },
  not_signed_in: { status: 401, title: 'Nobody is signed in' },
  wrong_credentials: { status: 401, title: 'Name or password is wrong' },
  session_ended: { status: 401, title: 'The session is over' },
  metrics_refused: { status: 403, title: 'Metrics are not for everyone' },
  role_too_low: { status: 403, title: 'This takes another role' },
  cross_site_request: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here' },
  refresh_raced: { status: 409, title: 'Another request has refreshed the session' },
  request_in_progress: { status: 409, title: 'The same request is being worked on' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  body_too_large: { status: 413, title: 'The body is too large' },
  url_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_body: { status: 415, title: 'The body is of another type' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  too_many_streams: { status: 429, title: 'Too many open streams' },
  too_many_sign_ins: { status: 429, title: 'Too many failed sign-ins' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  switched_off: { status: 503, title: 'An operator has switched this off' },
  unavailable: { status: 503, title: 'Not available at the moment' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'The kind of problem, as a URI' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'What happened here, and what to do' }),
    error_code: z.enum(Object.keys(PROBLEMS) as [ProblemCode]).meta({ description: 'Stable; for programs' }),
    instance: z.string().meta({ description: 'The path that was asked for' }),
    request_id: z.string().meta({ description: 'Also in X-Request-Id; names the request in the log' }),
    errors: z
      .array(z.object({ parameter: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'What is wrong with which parameter' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export type ProblemBody = z.output<typeof problemSchema>;
export type ParameterError = NonNullable<ProblemBody['errors']>[number];

export interface ProblemOptions extends ErrorOptions {
  readonly errors?: readonly ParameterError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere below a route; the error handler answers with it. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly ParameterError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, { errors, headers = {}, ...options }: ProblemOptions = {}) {
    super(detail, options);
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** What goes over the wire, as application/problem+json. */
export function describeProblem(
  { code, status, message, errors }: Problem,
  { instance, requestId }: { readonly instance: string; readonly requestId: string },
): ProblemBody {
  return {
    type: `urn:hangar-bay:problem:${code}`,
    title: PROBLEMS[code].title,
    status,
    detail: message,
    error_code: code,
    instance,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

/** One sentence for all of them, so that `detail` alone is enough for a person. */
export function invalidParameters(errors: readonly ParameterError[]): Problem {
  const detail = errors.map(({ parameter, message }) => `${parameter}: ${message}`).join('; ');
  return new Problem('invalid_parameter', `${detail}.`, { errors });
}
