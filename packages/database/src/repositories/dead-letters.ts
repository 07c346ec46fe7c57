import type { Database } from '../client.js';

export interface DeadLetter {
  /** dlq-<queue>-<key> */
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  readonly error: string;
  readonly region_id?: number | undefined;
  readonly contract_id?: number | undefined;
  readonly payload: unknown;
  readonly correlation_id: string;
}

const MAX_PAYLOAD_CHARACTERS = 16_384;
const MAX_ERROR_CHARACTERS = 2_000;

/** Records a failure for good; a second one of the same thing counts on the same entry. */
export async function recordDeadLetter(db: Database, { id, ...letter }: DeadLetter): Promise<void> {
  const latest = {
    reason: letter.reason,
    error: letter.error.slice(0, MAX_ERROR_CHARACTERS),
    payload: bound(letter.payload),
    correlation_id: letter.correlation_id,
  };
  await db.deadLetter.upsert({
    where: { id },
    create: {
      id,
      queue: letter.queue,
      region_id: letter.region_id ?? null,
      contract_id: letter.contract_id ?? null,
      ...latest,
    },
    update: { ...latest, attempts: { increment: 1 }, last_at: new Date() },
  });
}

/** The payload as JSON, or the beginning of its text where it is too long to keep. */
function bound(payload: unknown): object | string {
  const text = (JSON.stringify(payload) as string | undefined) ?? 'null';
  if (text.length > MAX_PAYLOAD_CHARACTERS) {
    return { characters: text.length, beginning: text.slice(0, MAX_PAYLOAD_CHARACTERS) };
  }
  return typeof payload === 'object' && payload !== null ? payload : { value: payload };
}
