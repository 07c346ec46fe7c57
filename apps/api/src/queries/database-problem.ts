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

/**
 * SQLSTATE: connection exceptions, not let in, no such database, no resources left, shutting down or starting up. And the
 * names of what fails in the network or in TLS.
 */
const AWAY_CODE =
  /^(08|28|3D000|53|57P|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)|CERT|_TLS_/;
const QUERY_CANCELED = '57014';

/** Errors of the driver that have no code. */
const AWAY_MESSAGE =
  /connection terminated|query read timeout|connection timeout|ECONN|EPIPE|ETIMEDOUT|SSL connection/i;
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
  const { kind = '', originalCode = driverCode(error) } = driverCause(error);
  if (originalCode === QUERY_CANCELED) {
    return 'slow';
  }
  if (BUSY_MESSAGE.test(error.message)) {
    return 'busy';
  }
  const isAway = AWAY_KINDS.has(kind) || AWAY_CODE.test(originalCode) || AWAY_MESSAGE.test(error.message);
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

/** What the driver says where Prisma was not asked: a SQLSTATE, or the name of what failed below. */
function driverCode(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Where Prisma keeps what the driver said. Read by shape, since only one package may import Prisma. */
function driverCause(error: Error): DriverCause {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: DriverCause } } };
  return meta?.driverAdapterError?.cause ?? {};
}
