import {
  findGroup,
  findStale,
  putOff,
  saveCategory,
  saveGroup,
  saveMarketGroup,
  saveTypes,
  type StaleThing,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { isUnknown } from './unless-unknown.js';
import { workThrough } from './work-through.js';

/** What ESI did not give is asked for again after this time; what it does not know, when its turn comes round. */
const AFTER_FAILURE_SECONDS = 3_600;

/** Fetches the oldest types, groups, categories and market groups again, a few at a time. */
export async function refreshTypes(context: WorkerContext, signal: AbortSignal | undefined): Promise<object> {
  const { config, db, logger, metrics } = context;
  const stale = await findStale(db, config.typeRefresh.days, config.typeRefresh.batch);
  return workThrough(
    stale,
    signal,
    async (thing) => {
      await refresh(context, thing, signal);
      metrics.typeRefreshed('refreshed');
    },
    async (thing, error) => {
      logger.warn('could not be refreshed', { ...thing, error });
      metrics.typeRefreshed(isUnknown(error) ? 'unknown' : 'failed');
      await (isUnknown(error)
        ? putOff(db, thing)
        : putOff(db, thing, { days: config.typeRefresh.days, seconds: AFTER_FAILURE_SECONDS }));
    },
  );
}

async function refresh(
  context: WorkerContext,
  { kind, id }: StaleThing,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { db, esi } = context;
  switch (kind) {
    case 'type':
      return refreshType(context, id, signal);
    case 'group':
      return refreshGroup(context, id, signal);
    case 'category':
      return saveCategory(db, id, await esi.getResource('/universe/categories/{category_id}', id, signal));
    case 'market_group':
      return saveMarketGroup(db, id, await esi.getResource('/markets/groups/{market_group_id}', id, signal));
  }
}

/** A type can move to a group that is not known yet. */
async function refreshType(
  context: WorkerContext,
  typeId: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { db, esi } = context;
  const type = await esi.getResource('/universe/types/{type_id}', typeId, signal);
  if ((await findGroup(db, type.value.group_id)) === null) {
    await refreshGroup(context, type.value.group_id, signal);
  }
  await saveTypes(db, [type]);
}

async function refreshGroup(
  { db, esi }: WorkerContext,
  groupId: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { value, raw } = await esi.getResource('/universe/groups/{group_id}', groupId, signal);
  await saveGroup(db, value, raw);
}
