import { ETAG } from './examples/parameters.js';
import type { Answer, Operation } from './operation.js';

/** Headers of answers, by the names that the document gives them. */
const HEADERS = {
  RequestId: header('X-Request-Id', {
    description: 'Names the request in the log; that of the request where it had a sane one',
    schema: { type: 'string' },
    example: '3d0f0a8e-6b0f-4a0e-8c57-2f8a4b1c9d20',
  }),
  RateLimit: header('RateLimit', {
    description:
      'What is left of the limit (`r`), and in how many seconds it is whole again (`t`): draft-ietf-httpapi-ratelimit-headers',
    schema: { type: 'string' },
    example: '"address";r=599;t=42',
  }),
  RateLimitPolicy: header('RateLimit-Policy', {
    description: 'So many requests (`q`) in so many seconds (`w`), for a client address',
    schema: { type: 'string' },
    example: '"address";q=600;w=60',
  }),
  RetryAfter: header('Retry-After', {
    description: 'Seconds to wait before the next try',
    schema: { type: 'integer', minimum: 1 },
    example: 5,
  }),
  ETag: header('ETag', {
    description: 'Strong: for `If-None-Match`',
    schema: { type: 'string' },
    example: ETAG,
  }),
  CacheControl: header('Cache-Control', {
    description: 'Its lifetime ends when the data can next change',
    schema: { type: 'string' },
    example: 'public, max-age=212',
  }),
  LastModified: header('Last-Modified', {
    description: 'When the data last changed, where that is known',
    schema: { type: 'string' },
    example: 'Tue, 18 Aug 2026 11:05:00 GMT',
  }),
  Warning: header('Warning', {
    description:
      '`110 - "Response is Stale"`, where no database could be asked whether the answer still holds; else absent',
    schema: { type: 'string' },
    example: '110 - "Response is Stale"',
  }),
  Age: header('Age', {
    description: 'With `Warning`: seconds since the answer was last known to be right',
    schema: { type: 'integer', minimum: 0 },
    example: 42,
  }),
  IdempotencyReplayed: header('Idempotency-Replayed', {
    description: '`true`: this is the first answer again, and nothing was done',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  }),
} as const;

type HeaderName = keyof typeof HEADERS;

function header(name: string, described: object) {
  return { name, described };
}

/** As the document's components hold them. */
export const describedHeaders = (): object =>
  Object.fromEntries(Object.entries(HEADERS).map(([name, { described }]) => [name, described]));

/** Gives an answer the headers that it comes with. */
export function addHeaders(path: string, operation: Operation, status: string, answer: Answer): void {
  const names = headersOf(path, operation, status);
  answer.headers = Object.fromEntries(
    names.map((name) => [HEADERS[name].name, { $ref: `#/components/headers/${name}` }]),
  );
}

function headersOf(path: string, operation: Operation, status: string): HeaderName[] {
  const isCached = '304' in operation.responses && ['200', '304'].includes(status);
  const isLimited = path.startsWith('/api/');
  const isOnce = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') === true;
  return [
    'RequestId',
    ...(isLimited ? (['RateLimit', 'RateLimitPolicy'] as const) : []),
    ...(isCached ? (['ETag', 'CacheControl', 'LastModified', 'Warning', 'Age'] as const) : []),
    ...(['429', '503'].includes(status) ? (['RetryAfter'] as const) : []),
    ...(isOnce && status === '202' ? (['IdempotencyReplayed'] as const) : []),
  ];
}
