import { classifyContract, esiItemSchema, type EsiItem } from '@hangar-bay/domain';
import {
  findWanted,
  keepItems,
  markUnavailable,
  readItems,
  storeContractItems,
  type ContractItems,
} from '@hangar-bay/database';
import { EsiError, type ContractItems as ItemsAnswer } from '@hangar-bay/esi-client';
import { PauseQueueError, type Handler } from '@hangar-bay/queues';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { WorkerContext } from '../context.js';
import type { EnsureTypes } from '../ensure-types.js';
import { inBatches } from '../in-batches.js';
import { PoisonedError } from '../poisoned-error.js';
import { describeIssues } from '../sweep/sort-rows.js';

const itemsSchema = z.array(esiItemSchema);

/** How long the queue rests before it is asked again whether items are switched on. */
const SWITCHED_OFF_MS = 5_000;

/** Statements about several contracts cost little more than about one. */
const GATHER_MS = 30;

/**
 * Requests that are made ready while all connections are in use, and go out the moment that one is free: what is done
 * between an answer and the next request would leave each connection idle for a tenth of its time.
 */
const MADE_READY = 2;

/** Completes a contract: fetches its items, learns their types, classifies it and stores all of that at once. */
export function createContractJob(
  { config, db, esi, flags, metrics, tracing }: WorkerContext,
  ensureTypes: EnsureTypes,
): Handler<'contract'> {
  const atEsi = pLimit(config.contractConcurrency + MADE_READY);
  // A contract can wait for others: as many are asked for meanwhile.
  const together = { gatherMs: GATHER_MS, enough: config.contractConcurrency };
  const find = inBatches(async (contractIds: number[]) => {
    const wanted = new Map((await findWanted(db, contractIds)).map((each) => [each.contract_id, each]));
    return contractIds.map((id) => wanted.get(id) ?? null);
  }, together);
  const store = inBatches(async (contracts: ContractItems[]) => {
    const stored = await storeContractItems(db, contracts);
    return contracts.map(({ contract_id }) => stored.has(contract_id));
  }, together);

  return async ({ contract_id }, { signal }) => {
    const wanted = await find(contract_id);
    if (wanted === null) {
      return { contract_id, outcome: 'unchanged' };
    }
    if (!(await flags.isOn('items')) || !(await flags.isOn('aggregation'))) {
      throw new PauseQueueError(SWITCHED_OFF_MS);
    }
    if (wanted.has_items) {
      return complete(contract_id, await readItems(db, contract_id), signal);
    }
    const answer = await atEsi(() => orGiveUp(esi.getContractItems(contract_id, signal)));
    if (answer.kind === 'unavailable') {
      await markUnavailable(db, contract_id);
      metrics.contracts('unavailable');
      return { contract_id, outcome: 'unavailable', status: answer.status };
    }
    const items = checkItems(answer.rows);
    try {
      return await complete(contract_id, items, signal);
    } catch (error) {
      // ESI forbids asking for them again before their cache has expired, and they never change.
      await keepItems(db, contract_id, items);
      throw error;
    }
  };

  async function complete(
    contract_id: number,
    items: readonly EsiItem[],
    signal: AbortSignal | undefined,
  ): Promise<object> {
    const kinds = await ensureTypes(
      items.map((item) => item.type_id),
      signal,
    );
    const classification = classifyContract(items, kinds.kindOf);
    // A batch belongs to one of its contracts; the step shows when each of them was stored.
    const stored = await tracing.step('store contract', { contract_id }, () =>
      store({ contract_id, items, classification, kinds_as_of: kinds.asOf }),
    );
    metrics.contracts('stored', stored ? 1 : 0);
    return { contract_id, outcome: stored ? 'stored' : 'unchanged', items: items.length };
  }
}

/** A request that ESI takes for a mistake of ours would be one again. @throws PoisonedError */
async function orGiveUp(answer: Promise<ItemsAnswer>): Promise<ItemsAnswer> {
  try {
    return await answer;
  } catch (error) {
    const status = error instanceof EsiError && error.kind === 'status' ? (error.status ?? 0) : 0;
    if (status >= 400 && status < 500) {
      throw new PoisonedError((error as EsiError).message, {
        reason: 'refused_request',
        payload: null,
        askAgain: true,
      });
    }
    throw error;
  }
}

/** @throws PoisonedError */
function checkItems(rows: readonly unknown[]): EsiItem[] {
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
