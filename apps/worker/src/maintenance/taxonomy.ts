import { findMissingTaxonomy, saveCategory, saveMarketGroup } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { unlessUnknown } from './unless-unknown.js';
import { workThrough } from './work-through.js';

/** The market's tree is five levels deep; a deeper one is nonsense and must not keep a job busy. */
const MAX_LEVELS = 10;

type Kind = 'category' | 'market group';

/** What is missing and was not asked for in vain a moment ago. */
export async function findWantedTaxonomy({ db, memory }: WorkerContext): Promise<Record<Kind, number[]>> {
  const { category_ids, market_group_ids } = await findMissingTaxonomy(db);
  const wanted = (kind: Kind, ids: number[]) =>
    ids.filter((id) => !memory.taxonomy.isResting(`${kind} ${id}`));
  return {
    category: wanted('category', category_ids),
    'market group': wanted('market group', market_group_ids),
  };
}

/** Fetches the categories and market groups that known types refer to, and the ancestors of those. */
export async function completeTaxonomy(context: WorkerContext, signal: AbortSignal | undefined) {
  const report = { done: 0, failed: 0, gave_up: false };
  for (let level = 0; level < MAX_LEVELS && !report.gave_up; level += 1) {
    const wanted = await findWantedTaxonomy(context);
    if (wanted.category.length + wanted['market group'].length === 0) {
      break;
    }
    // Each by itself: that one route is dead says nothing of the other.
    for (const kind of ['category', 'market group'] as const) {
      const { done, failed, gave_up } = await fetchAll(context, kind, wanted[kind], signal);
      report.done += done;
      report.failed += failed;
      report.gave_up ||= gave_up;
    }
  }
  return report;
}

function fetchAll(context: WorkerContext, kind: Kind, ids: number[], signal: AbortSignal | undefined) {
  const { db, esi, logger, memory } = context;
  return workThrough(
    ids,
    signal,
    async (id) => {
      if (kind === 'category') {
        const answer = esi.getResource('/universe/categories/{category_id}', id, signal);
        await saveCategory(db, id, await unlessUnknown(answer));
      } else {
        const answer = esi.getResource('/markets/groups/{market_group_id}', id, signal);
        await saveMarketGroup(db, id, await unlessUnknown(answer));
      }
    },
    (id, error) => {
      logger.warn(`a ${kind} could not be had`, { id, error });
      memory.taxonomy.fail(`${kind} ${id}`);
      return Promise.resolve();
    },
  );
}
