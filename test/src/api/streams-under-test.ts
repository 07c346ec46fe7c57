import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { envOf, type Env } from './api-under-test.js';
import { EventStream } from './event-stream.js';
import { contract, insert, insertPlaces } from './world.js';

export const STREAM = '/api/v1/contracts/stream';

export interface Instance {
  readonly app: ApiApp;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Opens a stream that lasts until `closeStreams`. */
  readonly open: (query?: string, headers?: Record<string, string>) => Promise<EventStream>;
}

/** Two instances of the API on one database, the streams that they serve, and contracts that come and go. */
export interface StreamsUnderTest {
  readonly databaseUrl: string;
  readonly first: Instance;
  readonly second: Instance;
  /** Starts one more instance, which the test stops. */
  readonly start: (more?: Env) => Promise<Instance>;
  readonly closeStreams: () => void;
  /** The first of so many ids in a row that no contract has yet. */
  readonly takeIds: (count: number) => number;
  /** Inserts a contract that is shown, but for what is said otherwise, and gives its id. */
  readonly add: (fields?: Record<string, unknown>) => Promise<number>;
  readonly endAt: (id: number) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Starts both instances on a database that nobody else uses; one contract is shown from before they start. */
export async function startStreams(): Promise<StreamsUnderTest> {
  const database = await createTestDatabase();
  await insertPlaces(database.url);
  const streams: EventStream[] = [];
  let nextId = 1_001;

  function takeIds(count: number): number {
    const start = nextId;
    nextId += count;
    return start;
  }

  async function add(fields: Record<string, unknown> = {}): Promise<number> {
    const id = takeIds(1);
    await insert(database.url, 'contracts', [contract({ contract_id: id, ...fields })]);
    return id;
  }

  async function start(more: Env = {}): Promise<Instance> {
    const app = createApiApp(readApiConfig(envOf(database.url, more)));
    const { url } = await app.start();
    return {
      app,
      url,
      async open(query = '', headers = {}) {
        const stream = await EventStream.open(url, `${STREAM}${query}`, headers);
        streams.push(stream);
        return stream;
      },
    };
  }

  await add();
  const first = await start();
  const second = await start();
  return {
    databaseUrl: database.url,
    first,
    second,
    start,
    closeStreams: () => streams.splice(0).forEach((stream) => stream.close()),
    takeIds,
    add,
    endAt: (id) =>
      runSql(database.url, `UPDATE contracts SET gone_at = '2026-08-18T11:35:00Z' WHERE contract_id = ${id}`),
    async stop() {
      await Promise.all([first.app.stop(), second.app.stop()]);
      await database.drop();
    },
  };
}
