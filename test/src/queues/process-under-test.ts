import { createConsumer, createProducer } from '@hangar-bay/queues';

/** Does one job and closes everything; nothing here ends the process. */
const url = process.argv[2] ?? '';
const onError = (error: Error): void => console.error(error);

const producer = createProducer({ url, onError });
await producer.startSchedules(3_600);
await producer.addContracts([{ contract_id: 7, run_id: 'run' }]);

await new Promise<void>((resolve) => {
  const consumer = createConsumer('contract', ({ contract_id }) => Promise.resolve({ contract_id }), {
    broker: producer.broker,
    concurrency: 4,
    onError,
    onFailed: (_job, error) => onError(error),
    onCompleted: () => void consumer.stop(1_000).then(resolve),
  });
  void consumer.start();
});
await producer.close();
process.channel?.unref();
process.send?.('closed');
