import { describe, expect, test } from '@jest/globals';
import { describeProblem, Problem, problemSchema } from './problem.js';
import { toProblem } from './to-problem.js';

const prismaError = (cause: object) =>
  Object.assign(new Error('Invalid `prisma.$queryRaw()` invocation'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause } },
  });

const httpError = (status: number) => Object.assign(new Error('secret internals'), { status });

describe('what was thrown becomes a problem', () => {
  test.each([
    ['a database that is not there', prismaError({ kind: 'DatabaseNotReachable', host: 'db.internal' }), 503],
    ['a database that shuts down', prismaError({ kind: 'postgres', originalCode: '57P01' }), 503],
    ['a database without connections left', prismaError({ kind: 'postgres', originalCode: '53300' }), 503],
    ['a connection that was cut', new Error('Connection terminated unexpectedly'), 503],
    ['a query that was cancelled', prismaError({ kind: 'postgres', originalCode: '57014' }), 503],
    ['a mistake in a query', prismaError({ kind: 'ColumnNotFound', originalCode: '42703' }), 500],
    ['a body that is too large', httpError(413), 413],
    ['a body that is not JSON', httpError(400), 400],
    ['an encoding that is not known', httpError(415), 415],
    ['an odd status', httpError(418), 500],
    ['any error', new Error('secret internals'), 500],
    ['no error at all', 'secret internals', 500],
    ['nothing', undefined, 500],
  ])('%s', (_what, thrown, status) => {
    const body = describeProblem(toProblem(thrown), { instance: '/x', requestId: 'r-1' });
    expect(problemSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ status, instance: '/x', request_id: 'r-1' });
    expect(JSON.stringify(body)).not.toMatch(/secret|prisma|db\.internal/);
  });

  test('a problem stays as it is', () => {
    const problem = new Problem('not_found', 'There is no contract 5.');
    expect(toProblem(problem)).toBe(problem);
  });

  test('unavailable says when to come back', () => {
    expect(toProblem(new Error('Connection terminated unexpectedly')).headers).toEqual({
      'Retry-After': '5',
    });
  });
});
