import { Problem } from '../http/problem.js';

/** A broker that hangs without closing its connections would be waited for without end. */
const PATIENCE_MS = 5_000;

/**
 * Asks something of the queues, for an operator who waits.
 *
 * @param consequence What became of the action where they do not answer.
 * @throws Problem unavailable.
 */
export async function askBroker<Answer>(work: () => Promise<Answer>, consequence: string): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work(), patience]);
  } catch (error) {
    throw new Problem('unavailable', `The queues do not answer. ${consequence}`, {
      headers: { 'Retry-After': '10' },
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
