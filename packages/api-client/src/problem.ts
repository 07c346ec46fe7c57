import type { components } from './schema.js';

/** RFC 9457. */
export type Problem = components['schemas']['Problem'];

/** Whether an error is a problem of the API: what stands between can answer with anything, such as a page of HTML. */
export function isProblem(error: unknown): error is Problem {
  return (
    typeof error === 'object' &&
    error !== null &&
    'error_code' in error &&
    typeof error.error_code === 'string' &&
    'status' in error &&
    typeof error.status === 'number'
  );
}
