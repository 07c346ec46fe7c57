import { classifyContract, esiItemSchema, type EsiItem } from '@hangar-bay/domain';
import { isPending, markUnavailable, storeContractItems } from '@hangar-bay/database';
import type { Handler } from '@hangar-bay/queues';
import { z } from 'zod';
import type { WorkerContext } from '../context.js';
import type { EnsureTypes } from '../ensure-types.js';
import { PoisonedError } from '../poisoned-error.js';
import { describeIssues } from '../sweep/sort-rows.js';

const itemsSchema = z.array(esiItemSchema);

/** Completes a contract: fetches its items, learns their types, classifies it and stores all of that at once. */
export function createContractJob({ db, esi }: WorkerContext, ensureTypes: EnsureTypes): Handler<'contract'> {
  return async ({ contract_id }, { signal }) => {
    if (!(await isPending(db, contract_id))) {
      return { contract_id, outcome: 'unchanged' };
    }
    const answer = await esi.getContractItems(contract_id, signal);
    if (answer.kind === 'unavailable') {
      await markUnavailable(db, contract_id);
      return { contract_id, outcome: 'unavailable', status: answer.status };
    }
    const items = readItems(answer.rows);
    const isShipType = await ensureTypes(
      items.map((item) => item.type_id),
      signal,
    );
    const stored = await storeContractItems(db, contract_id, items, classifyContract(items, isShipType));
    return { contract_id, outcome: stored ? 'stored' : 'unchanged', items: items.length };
  };
}

/** @throws PoisonedError */
function readItems(rows: readonly unknown[]): EsiItem[] {
  if (rows.length === 0) {
    // Seen of good contracts too, for a while.
    const message = 'ESI sent an empty list of items for a contract that must have some';
    throw new PoisonedError(message, { reason: 'no_items', payload: rows, askAgain: true });
  }
  const parsed = itemsSchema.safeParse(rows);
  if (!parsed.success) {
    throw new PoisonedError(describeIssues(parsed.error), {
      reason: 'invalid_items',
      payload: rows,
      askAgain: false,
    });
  }
  return parsed.data;
}
