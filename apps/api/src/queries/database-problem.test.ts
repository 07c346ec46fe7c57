import { describe, expect, test } from '@jest/globals';
import { DatabaseRefusedError, troubleOf } from './database-problem.js';

const ofPrisma = (cause: object) =>
  Object.assign(new Error('Invalid `prisma.$queryRaw()` invocation'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause } },
  });
const ofDriver = (code: string, message = 'what happened') => Object.assign(new Error(message), { code });

describe('what an error says of the database', () => {
  test.each([
    ['it cannot be reached', ofPrisma({ kind: 'DatabaseNotReachable' }), 'away'],
    ['it shuts down', ofPrisma({ kind: 'postgres', originalCode: '57P01' }), 'away'],
    ['it shuts down, told by the driver', ofDriver('57P01'), 'away'],
    ['it lets nobody in', ofDriver('28P01'), 'away'],
    ['it is not there', ofDriver('3D000'), 'away'],
    ['it has no connections left', ofDriver('53300'), 'away'],
    ['it lost the connection', ofDriver('08006'), 'away'],
    ['nobody listens', ofDriver('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'), 'away'],
    ['nobody listens at any of its addresses', ofDriver('ECONNREFUSED', ''), 'away'],
    ['its name is not known', ofDriver('ENOTFOUND'), 'away'],
    ['its certificate is not trusted', ofDriver('DEPTH_ZERO_SELF_SIGNED_CERT'), 'away'],
    ['it speaks no TLS', new Error('The server does not support SSL connections'), 'away'],
    ['the connection was cut', new Error('Connection terminated unexpectedly'), 'away'],
    ['it says nothing', new Error('Query read timeout'), 'away'],
    [
      'a connection is not made in time',
      new Error('Connection terminated due to connection timeout'),
      'away',
    ],
    ['no connection becomes free', new Error('timeout exceeded when trying to connect'), 'busy'],
    ['a query is cancelled', ofPrisma({ kind: 'postgres', originalCode: '57014' }), 'slow'],
    ['a query is cancelled, told by the driver', ofDriver('57014'), 'slow'],
    ['it is not asked', new DatabaseRefusedError('busy'), 'busy'],
    ['a column is not there', ofPrisma({ kind: 'ColumnNotFound', originalCode: '42703' }), null],
    ['a column is not there, told by the driver', ofDriver('42703'), null],
    ['something else', new Error('what happened'), null],
    ['no error', 'what happened', null],
  ])('%s', (_what, error, trouble) => {
    expect(troubleOf(error)).toBe(trouble);
  });
});
