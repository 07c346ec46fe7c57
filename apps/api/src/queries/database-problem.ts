const AWAY = 'The database does not answer. Try again in a moment.';
const TOO_SLOW = 'The query took too long. Narrow it down, or try again in a moment.';

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
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection timeout|ECONN|EPIPE|ETIMEDOUT/i;

/** Says that the database is away or too slow, for a person; null for every other error. */
export function describeDatabaseProblem(error: unknown): string | null {
  if (!(error instanceof Error)) {
    return null;
  }
  const { kind = '', originalCode = '' } = driverCause(error);
  if (originalCode === QUERY_CANCELED) {
    return TOO_SLOW;
  }
  const isAway = AWAY_KINDS.has(kind) || AWAY_STATES.test(originalCode) || AWAY_MESSAGE.test(error.message);
  return isAway ? AWAY : null;
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
