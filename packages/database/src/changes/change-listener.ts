import { Client } from 'pg';
import { readDataState, readHistory, type DataState, type Since } from './data-state.js';

const CHANNEL = 'hangar_bay_changes';
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 800;
/** A server that says nothing at all is given up: the connection may be half open. */
const SILENCE_MS = 1_500;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export interface ChangeListenerOptions {
  /** The primary: standbys do not notify. */
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Something was changed; read the state. Notifications can be missing where transactions overlap. */
  readonly onChange: () => void;
  /** Called when the connection is there, when it is lost, and, with the reason, when it cannot be had. */
  readonly onConnection: (connected: boolean, error?: Error) => void;
}

/** One connection of its own that listens for changes, and connects again for as long as it is not closed. */
export interface ChangeListener {
  start(): void;
  /**
   * The state of what is served, compared with an earlier one.
   * @throws while there is no connection, or where it is too slow.
   */
  readState(since: Since): Promise<DataState>;
  close(): Promise<void>;
}

interface Session {
  readonly client: Client;
  readonly history: string;
}

export function createChangeListener(options: ChangeListenerOptions): ChangeListener {
  let session: Session | null = null;
  let connecting: Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let isClosed = false;

  async function connect(): Promise<void> {
    const client = createClient(options);
    connecting = client;
    client.on('error', (error) => drop(client, error));
    client.on('end', () => drop(client, new Error('PostgreSQL ended the connection')));
    client.on('notification', () => options.onChange());
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      const history = await readHistory(client);
      if (connecting === client) {
        connecting = null;
        session = { client, history };
        failures = 0;
        options.onConnection(true);
      }
    } catch (error) {
      drop(client, error as Error);
    }
  }

  /** Only the first word of a client's end counts. */
  function drop(client: Client, error: Error): void {
    if (client !== connecting && client !== session?.client) {
      return;
    }
    connecting = null;
    session = null;
    abandon(client);
    if (!isClosed) {
      options.onConnection(false, error);
      retry = setTimeout(() => void connect(), retryDelay(failures));
      failures += 1;
    }
  }

  return {
    start: () => void connect(),

    async readState(since) {
      if (session === null) {
        throw new Error('There is no connection that listens for changes');
      }
      const { client, history } = session;
      try {
        return await readDataState(client, history, since);
      } catch (error) {
        if (!isFromServer(error)) {
          drop(client, error as Error);
        }
        throw error;
      }
    },

    async close() {
      isClosed = true;
      clearTimeout(retry);
      const client = connecting ?? session?.client;
      connecting = null;
      session = null;
      await client?.end().catch(() => undefined);
    },
  };
}

function createClient({ url, applicationName }: ChangeListenerOptions): Client {
  return new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: SILENCE_MS,
    keepAlive: true,
  });
}

/** Without waiting for a server that may not answer. */
function abandon(client: Client): void {
  client.end().catch(() => undefined);
}

/** An answer, such as that the statement took too long; the connection still works. */
function isFromServer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && error.severity === 'ERROR';
}

/** Not all instances at once. */
function retryDelay(failures: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
  return longest * (0.5 + Math.random() / 2);
}
