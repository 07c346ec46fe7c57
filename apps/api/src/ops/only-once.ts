import { hash, randomUUID } from 'node:crypto';
import {
  giveBackIdempotencyKey,
  keepIdempotentAnswer,
  takeIdempotencyKey,
  type Database,
  type IdempotencyScope,
} from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';
import { invalidParameters, Problem } from '../http/problem.js';

/** What a route answers, before it is sent. Problems are among them, as bodies. */
export interface Answer {
  readonly status: number;
  /** Undefined: none. */
  readonly body?: unknown;
}

export interface RepeatableAnswer extends Answer {
  /** It is the answer to an earlier request. */
  readonly isReplay: boolean;
}

/** Longer than any action takes. After it, a key whose request was cut off is free again. */
const LEASE_SECONDS = 30;
const KEY = /^[\x21-\x7e]{1,200}$/;

/** @throws Problem where the header is there and is no key. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header !== undefined && !KEY.test(header)) {
    const message = 'must be 1 to 200 visible ASCII characters';
    throw invalidParameters([{ parameter: 'Idempotency-Key', message }]);
  }
  return header;
}

/**
 * Does the work of a key once in 24 hours. Its answer is kept, whether it is good or says why not (4xx); after a
 * failure of ours (5xx) the key is free for another try. Work that was cut off may be done again: it has to bear that.
 *
 * @param input What was asked for, as it was read; another for the same key is refused.
 * @param work Throws nothing that is not 5xx.
 * @throws Problem idempotency_key_reused, request_in_progress.
 */
export async function onlyOnce(
  { db, logger }: { readonly db: Database; readonly logger: Logger },
  scope: IdempotencyScope,
  input: unknown,
  work: () => Promise<Answer>,
): Promise<RepeatableAnswer> {
  const leaseId = randomUUID();
  const turn = await takeIdempotencyKey(db, {
    ...scope,
    body_hash: hash('sha256', JSON.stringify(input), 'base64url'),
    lease_id: leaseId,
    leaseSeconds: LEASE_SECONDS,
  });
  switch (turn.outcome) {
    case 'answered':
      return { status: turn.status, body: turn.body, isReplay: true };
    case 'other_body':
      throw new Problem(
        'idempotency_key_reused',
        'This Idempotency-Key was used with another body. A new request takes a new key.',
      );
    case 'busy':
      throw new Problem('request_in_progress', 'The request of this Idempotency-Key has not ended yet.', {
        headers: { 'Retry-After': '1' },
      });
    case 'work':
      return { ...(await workAndKeep()), isReplay: false };
  }

  async function workAndKeep(): Promise<Answer> {
    try {
      const answer = await work();
      // The work is done; that its answer could not be kept only means that it may be done again.
      await keepIdempotentAnswer(db, leaseId, scope, { status: answer.status, body: answer.body }).catch(
        (error: unknown) => logger.warn('an answer could not be kept for its Idempotency-Key', { error }),
      );
      return answer;
    } catch (error) {
      await giveBackIdempotencyKey(db, leaseId, scope).catch((failure: unknown) =>
        logger.warn('an Idempotency-Key could not be given back', { error: failure }),
      );
      throw error;
    }
  }
}
