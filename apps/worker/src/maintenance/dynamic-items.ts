import { EsiError } from '@hangar-bay/esi-client';
import {
  addDynamicItems,
  findWaitingDynamicItems,
  markDynamicItemFailed,
  putOffDynamicItem,
  saveDynamicItem,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { workThrough } from './work-through.js';

const ITEMS_PER_JOB = 500;
/** What says nothing of the item, such as a timeout, is asked again after this time, and not counted. */
const AFTER_FAILURE_SECONDS = 600;
/** How ESI says that it does not know an item. */
const UNKNOWN = new Set([400, 404, 500, 520]);

/**
 * Fetches what mutaplasmids have made of the items on offer, each item once. Failures are common and often last:
 * ESI does not know some items at all, so they are tried again hours later and not for ever.
 */
export async function fetchDynamicItems(
  { db, esi, logger }: WorkerContext,
  signal: AbortSignal | undefined,
): Promise<object> {
  await addDynamicItems(db);
  const items = await findWaitingDynamicItems(db, ITEMS_PER_JOB);
  return workThrough(
    items,
    signal,
    async ({ type_id, item_id }) => {
      const { value, raw } = await esi.getDynamicItem(type_id, item_id, signal);
      await saveDynamicItem(db, item_id, value, raw);
    },
    async ({ type_id, item_id }, error) => {
      logger.info('a mutated item could not be had', { type_id, item_id, error });
      if (passesByItself(error)) {
        await putOffDynamicItem(db, item_id, AFTER_FAILURE_SECONDS);
      } else {
        await markDynamicItemFailed(db, item_id);
      }
    },
  );
}

function passesByItself(error: unknown): boolean {
  return (
    error instanceof EsiError &&
    (error.kind === 'network' ||
      (error.status !== undefined && error.status >= 500 && !UNKNOWN.has(error.status)))
  );
}
