import type { Request } from 'express';
import type { z } from 'zod';
import { Problem } from './problem.js';

/** Of every body. */
export const BODY_LIMIT = '100kb';

/**
 * The checked JSON body of a request; without a body it is `{}`.
 *
 * @param expected What it should be, for people.
 * @throws Problem that names what is wrong.
 */
export function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  expected: string,
): z.output<Schema> {
  const body: unknown = request.body;
  if (body === undefined && hasBody(request)) {
    throw new Problem('unsupported_body', 'Send JSON, with Content-Type: application/json.');
  }
  const result = schema.safeParse(body ?? {});
  if (result.success) {
    return result.data;
  }
  const errors = result.error.issues.map(({ path, message }) => ({
    parameter: path.map(String).join('.'),
    message,
  }));
  throw new Problem('invalid_body', `Expected ${expected}.`, { errors });
}

/** One that is not read is of another type. */
function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}
