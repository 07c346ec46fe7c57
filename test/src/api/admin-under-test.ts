import { createProducer, type Producer } from '@hangar-bay/queues';
import type { Response } from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { startApi, twoOperators } from './api-under-test.js';
import { readDocument } from './documented-answer.js';
import { signInAs, type OperatorClient } from './operators.js';

export const [FORGE, DOMAIN, DERELIK] = [10000002, 10000043, 10000001];

/** An API with both of its operators signed in: ada, who may change things, and vic, who may look. */
export interface AdminUnderTest {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly ada: OperatorClient;
  readonly vic: OperatorClient;
  /** Of the queues that the API adds to. */
  readonly producer: Producer;
  /** Runs a statement in the database of the API. */
  readonly query: (statement: string) => ReturnType<typeof runSql>;
  /** `path` is below `/api/v1/admin`, as the OpenAPI document writes it. */
  readonly expectDocumented: (path: string, response: Response) => void;
  readonly stop: () => Promise<void>;
}

/** Starts an API on a database and queues that nobody else uses. */
export async function startAdmin(): Promise<AdminUnderTest> {
  const api = await startApi({ OPS_USERS: twoOperators() });
  const documented = await readDocument(api.url);
  const producer = createProducer({ url: api.queueUrl, onError: () => undefined });
  const [ada, vic] = await Promise.all([signInAs(api.url, 'ada'), signInAs(api.url, 'vic')]);
  return {
    url: api.url,
    ada,
    vic,
    producer,
    query: (statement) => runSql(api.databaseUrl, statement),
    expectDocumented: (path, response) => documented.expectDocumented(`/api/v1/admin${path}`, response),
    async stop() {
      await producer.close();
      await api.stop();
    },
  };
}

/** Regions to refresh: two with two pages each, of which DOMAIN's are partly fresh at ESI, and one never swept. */
export async function insertRegionsToRefresh({ query }: AdminUnderTest): Promise<void> {
  await query(`INSERT INTO regions (region_id, next_due_at)
    VALUES (${FORGE}, now() + interval '15 min'), (${DOMAIN}, now() + interval '20 min'), (${DERELIK}, NULL)`);
  await query(`INSERT INTO region_pages (region_id, page, last_modified, page_count, fresh_until, contract_ids)
    VALUES (${FORGE}, 1, now(), 2, now() - interval '1 min', '{}'), (${FORGE}, 2, now(), 2, now() - interval '2 min', '{}'),
           (${DOMAIN}, 1, now(), 2, now() - interval '1 min', '{}'), (${DOMAIN}, 2, now(), 2, now() + interval '10 min', '{}')`);
}
