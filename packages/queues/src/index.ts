export type { BrokerOptions } from './connection.js';
export {
  GiveUpError,
  PauseQueueError,
  createConsumer,
  type Consumer,
  type FinishedJob,
  type Handler,
  type JobContext,
} from './consumer.js';
export { describeQueueProblem, migrateQueues } from './migrate.js';
export { createProducer, type DueRegion, type JobCounts, type Producer } from './producer.js';
export {
  MAINTENANCE_TASKS,
  QUEUE_NAMES,
  type MaintenanceTask,
  type Payload,
  type QueueName,
} from './registry.js';
