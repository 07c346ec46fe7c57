import type { CircuitMetrics, Logger } from '@hangar-bay/runtime';
import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { troubleOf } from '../queries/database-problem.js';

const FAILURES_UNTIL_OPEN = 5;
const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
} as const;

export interface CircuitOptions {
  /** In the metrics, and for people. */
  readonly name: string;
  readonly metrics: CircuitMetrics;
  readonly logger: Logger;
}

/** Opens when a database was away five times in a row, and closes when a try finds it there. */
export interface Circuit {
  isClosed(): boolean;
  /** While it is open, `work` is the try that closes it or not, and others wait for it. @throws what `work` throws. */
  run<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function createCircuit({ name, metrics, logger }: CircuitOptions): Circuit {
  const policy = circuitBreaker(handleAll, {
    // Whoever runs something while it is open makes the one try, and sees to it that tries are not too many.
    halfOpenAfter: 0,
    breaker: new ConsecutiveBreaker(FAILURES_UNTIL_OPEN),
  });
  metrics.show(name, () => STATES[policy.state]);
  // One line when it opens, and one when it closes, however often it is tried in between.
  let isTold = false;
  policy.onBreak((reason) => {
    if (!isTold) {
      isTold = true;
      logger.error('a database is away; it is left alone until it answers', {
        circuit: name,
        ...('error' in reason ? { error: reason.error } : {}),
      });
    }
  });
  policy.onReset(() => {
    isTold = false;
    logger.info('a database answers again', { circuit: name });
  });

  return {
    isClosed: () => policy.state === CircuitState.Closed,

    async run(work) {
      // A database that answers with an error is there.
      const outcome = await policy.execute(async () => {
        try {
          return { value: await work() };
        } catch (error) {
          if (troubleOf(error) === 'away') {
            throw error;
          }
          return { error };
        }
      });
      if ('error' in outcome) {
        throw outcome.error;
      }
      return outcome.value;
    },
  };
}
