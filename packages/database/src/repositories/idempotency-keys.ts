import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** Names a request that is to be done once. */
export interface IdempotencyScope {
  readonly operator: string;
  /** Method and path. */
  readonly route: string;
  readonly key: string;
}

export type IdempotencyTurn =
  /** It is this request's turn to work, until its lease ends. */
  | { readonly outcome: 'work' }
  | { readonly outcome: 'answered'; readonly status: number; readonly body: unknown }
  /** Another request works. */
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'other_body' };

export interface IdempotencyRequest extends IdempotencyScope {
  readonly body_hash: string;
  /** A UUID of this request's own. */
  readonly lease_id: string;
  readonly leaseSeconds: number;
}

const KEPT = '24 hours';

/**
 * Takes a key, or tells what became of it. A key whose request was cut off is taken over when its lease ends; one that
 * is older than 24 hours begins anew.
 */
export async function takeIdempotencyKey(
  db: Database,
  request: IdempotencyRequest,
): Promise<IdempotencyTurn> {
  const taken = await db.$executeRaw(sql`
    INSERT INTO idempotency_keys AS known (operator, route, key, body_hash, lease_id, leased_until)
    VALUES (${request.operator}, ${request.route}, ${request.key}, ${request.body_hash}, ${request.lease_id}::uuid,
            now() + make_interval(secs => ${request.leaseSeconds}))
    ON CONFLICT (operator, route, key) DO UPDATE SET
      body_hash = excluded.body_hash, lease_id = excluded.lease_id, leased_until = excluded.leased_until,
      status = NULL, body = NULL, created_at = now()
    WHERE known.created_at < now() - ${KEPT}::interval
       OR (known.status IS NULL AND known.leased_until < now() AND known.body_hash = excluded.body_hash)`);
  if (taken === 1) {
    return { outcome: 'work' };
  }
  const known = await db.idempotencyKey.findUnique({
    where: {
      operator_route_key: { operator: request.operator, route: request.route, key: request.key },
    },
    select: { body_hash: true, status: true, body: true },
  });
  if (known === null) {
    // It was given back in this instant.
    return { outcome: 'busy' };
  }
  if (known.body_hash !== request.body_hash) {
    return { outcome: 'other_body' };
  }
  return known.status === null
    ? { outcome: 'busy' }
    : { outcome: 'answered', status: known.status, body: known.body };
}

/** Keeps the answer for 24 hours, unless somebody else has taken over. */
export async function keepIdempotentAnswer(
  db: Database,
  leaseId: string,
  { operator, route, key }: IdempotencyScope,
  answer: { readonly status: number; readonly body: unknown },
): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE idempotency_keys SET status = ${answer.status}, body = ${JSON.stringify(answer.body ?? null)}::json
     WHERE operator = ${operator} AND route = ${route} AND key = ${key} AND lease_id = ${leaseId}::uuid`);
}

/** Lets the next request of this key work: this one failed through no fault of its caller. */
export async function giveBackIdempotencyKey(
  db: Database,
  leaseId: string,
  { operator, route, key }: IdempotencyScope,
): Promise<void> {
  await db.$executeRaw(sql`
    DELETE FROM idempotency_keys
     WHERE operator = ${operator} AND route = ${route} AND key = ${key} AND lease_id = ${leaseId}::uuid
       AND status IS NULL`);
}
