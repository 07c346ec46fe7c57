import { describeDatabaseProblem } from '../queries/database-problem.js';
import { Problem, type ProblemCode } from './problem.js';

/** What Express and its body parsers throw. */
const CODE_BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'malformed_request',
  413: 'body_too_large',
  415: 'unsupported_body',
};

const DETAIL_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'The body is malformed: check the JSON.',
  413: 'A body has at most 100 KB.',
  415: 'The body has a charset or an encoding that is not supported; send plain UTF-8.',
};

const RETRY_SOON = { headers: { 'Retry-After': '5' } };

/** Turns whatever was thrown into an answer that tells nothing internal. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  const databaseProblem = describeDatabaseProblem(error);
  if (databaseProblem !== null) {
    return new Problem('unavailable', databaseProblem, { ...RETRY_SOON, cause: error });
  }
  if (error instanceof URIError) {
    const message = 'its percent-encoding is malformed or is not UTF-8';
    return new Problem('malformed_request', `The path: ${message}.`, {
      errors: [{ parameter: 'path', message }],
      cause: error,
    });
  }
  const status = statusOf(error);
  const code = CODE_BY_STATUS[status];
  return code === undefined
    ? new Problem('internal_error', 'The log of the API has the details, under the request_id.', {
        cause: error,
      })
    : new Problem(code, DETAIL_BY_STATUS[status] ?? 'The request cannot be read.', { cause: error });
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
}
