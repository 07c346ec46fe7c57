/**
 * Why the database does not answer a query.
 *
 * - `away`: it cannot be reached, refuses, or says nothing.
 * - `busy`: all connections of this process are taken.
 * - `slow`: the query took too long.
 */
export type DatabaseTrouble = 'away' | 'busy' | 'slow';

const DETAILS: Readonly<Record<DatabaseTrouble, string>> = {
  away: 'The database does not answer. Try again in a moment.',
  busy: 'The database has too much to do. Try again in a moment.',
  slow: 'The query took too long. Narrow it down, or try again in a moment.',
};

/** Refused here, without asking the database: what is known of it says that it would not answer. */
export class DatabaseRefusedError extends Error {
  override name = 'DatabaseRefusedError';
  readonly trouble: DatabaseTrouble;

  constructor(trouble: DatabaseTrouble) {
    super(`The database is not asked: it is ${trouble}`);
    this.trouble = trouble;
  }
}

/** Prisma's names for a database that cannot be used now. */
const AWAY_KINDS = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);

/** SQLSTATE: connection exceptions, no resources left, shutting down or starting up. */
const AWAY_STATES = /^(08|53|57P)/;
const QUERY_CANCELED = '57014';

/** Errors of the driver that Prisma hands on as they are. */
const AWAY_MESSAGE = /connection terminated|query read timeout|connection timeout|ECONN|EPIPE|ETIMEDOUT/i;
/** No connection became free in time. One that cannot be made in time says "connection timeout". */
const BUSY_MESSAGE = /timeout exceeded when trying to connect/i;

/** Null for every error that is not the database's being away, busy or slow. */
export function troubleOf(error: unknown): DatabaseTrouble | null {
  if (!(error instanceof Error)) {
    return null;
  }
  if (error instanceof DatabaseRefusedError) {
    return error.trouble;
  }
  const { kind = '', originalCode = '' } = driverCause(error);
  if (originalCode === QUERY_CANCELED) {
    return 'slow';
  }
  if (BUSY_MESSAGE.test(error.message)) {
    return 'busy';
  }
  const isAway = AWAY_KINDS.has(kind) || AWAY_STATES.test(originalCode) || AWAY_MESSAGE.test(error.message);
  return isAway ? 'away' : null;
}

/** Says that the database is away, busy or too slow, for a person; null for every other error. */
export function describeDatabaseProblem(error: unknown): string | null {
  const trouble = troubleOf(error);
  return trouble && DETAILS[trouble];
}

interface DriverCause {
  readonly kind?: string;
  readonly originalCode?: string;
}

/** Where Prisma keeps what the driver said. Read by shape, since only one package may import Prisma. */
function driverCause(error: Error): DriverCause {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } } };
  return meta?.driverAdapterError?.cause ?? {};
}
