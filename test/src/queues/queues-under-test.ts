import {
  createConsumer,
  createProducer,
  migrateQueues,
  type Consumer,
  type FinishedJob,
  type Handler,
  type Producer,
  type QueueName,
} from '@hangar-bay/queues';
import { expect } from '@jest/globals';
import type { QueueBackend } from '../setup/test-queues.js';

interface Failure {
  readonly job: FinishedJob<QueueName>;
  readonly error: Error;
  readonly final: boolean;
}

export const RUN = { run_id: 'run-1' };

/** Queues in a store of their own, and what has become of the jobs that were taken from them. */
export interface QueuesUnderTest {
  /** The `QUEUE_URL` of the store. */
  readonly url: string;
  readonly producer: Producer;
  readonly completed: FinishedJob<QueueName>[];
  /** What the handlers of the completed jobs gave, in the same order. */
  readonly results: object[];
  readonly failures: Failure[];
  /** Takes jobs until `close`, with one job at a time where nothing else is said. */
  readonly consume: <Name extends QueueName>(
    name: Name,
    handler: Handler<Name>,
    concurrency?: number,
  ) => Consumer;
  readonly named: (name: QueueName) => Producer['queues'][number];
  /** Stops the consumers, drops the store, and expects that no connection has told of an error. */
  readonly close: () => Promise<void>;
}

/** Opens a store that is empty and nobody else's, one for each test. */
export async function openQueues(open: QueueBackend['open']): Promise<QueuesUnderTest> {
  const { url, drop } = await open();
  await migrateQueues(url);
  const consumers: Consumer[] = [];
  const completed: FinishedJob<QueueName>[] = [];
  const results: object[] = [];
  const failures: Failure[] = [];
  const errors: Error[] = [];
  const producer = createProducer({ url, onError: (error) => errors.push(error) });

  function consume<Name extends QueueName>(name: Name, handler: Handler<Name>, concurrency = 1): Consumer {
    const consumer = createConsumer(name, handler, {
      broker: producer.broker,
      concurrency,
      onError: (error) => errors.push(error),
      onCompleted: (job, result) => {
        completed.push(job);
        results.push(result);
      },
      onFailed: (job, error, final) => failures.push({ job, error, final }),
    });
    consumers.push(consumer);
    void consumer.start();
    return consumer;
  }

  return {
    url,
    producer,
    completed,
    results,
    failures,
    consume,
    named: (name) => producer.queues.find((each) => each.name === name) as Producer['queues'][number],
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.stop(0)));
      await producer.close();
      const seen = [...errors];
      // Ends the connections that PostgreSQL has not yet noticed to be closed, which is no error of the queues.
      await drop();
      expect(seen).toEqual([]);
    },
  };
}
