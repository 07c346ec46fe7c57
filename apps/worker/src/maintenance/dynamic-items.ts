import {
  addDynamicItems,
  findWaitingDynamicItems,
  markDynamicItemFailed,
  saveDynamicItem,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { workThrough } from './work-through.js';

const ITEMS_PER_JOB = 500;

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
  const { failed, left } = await workThrough(
    items,
    signal,
    async ({ type_id, item_id }) => {
      const { value, raw } = await esi.getDynamicItem(type_id, item_id, signal);
      await saveDynamicItem(db, item_id, value, raw);
    },
    async ({ type_id, item_id }, error) => {
      logger.info('a mutated item could not be had', { type_id, item_id, error });
      await markDynamicItemFailed(db, item_id);
    },
  );
  return { stored: items.length - failed - left, failed, left };
}
