import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Parameters } from '../http/parameters.js';
import { problemSchema } from '../http/problem.js';

type Responses = RouteConfig['responses'];

/** The parameters of a path or a query. */
export function queryOf(parameters: Parameters) {
  return z.object(Object.fromEntries(Object.entries(parameters).map(([name, { schema }]) => [name, schema])));
}

interface JsonAnswer {
  readonly description: string;
  readonly schema: z.ZodType;
}

/** An answer of JSON. */
export function answer({ description, schema }: JsonAnswer): Responses[string] {
  return { description, content: { 'application/json': { schema } } };
}

/** An answer of JSON that clients may keep, and ask whether it is still the same. */
export function cachedAnswer(options: JsonAnswer): Responses {
  return { 200: answer(options), 304: { description: 'It is what `If-None-Match` names' } };
}

const PROBLEM_DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'A parameter or the body is not valid; `errors` says which and why',
  401: 'Not signed in, or name or password is wrong',
  403: 'Not for who asks; `detail` says why',
  404: 'There is no such thing, or it is not complete yet',
  413: 'A body has at most 100 KB',
  415: 'The body is not JSON',
  429: 'Too many requests of this address, or too many failed sign-ins; see Retry-After',
  503: 'The database is away or too slow; see Retry-After',
};

/** The answers that are a problem, by status. */
export function problems(...statuses: readonly number[]): Responses {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: PROBLEM_DESCRIPTIONS[status] ?? '',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
