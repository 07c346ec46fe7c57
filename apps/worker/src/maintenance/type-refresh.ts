import {
  findGroup,
  findStale,
  putOff,
  saveCategory,
  saveGroup,
  saveMarketGroup,
  saveType,
  type StaleThing,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { workThrough } from './work-through.js';

/** Fetches the oldest types, groups, categories and market groups again, a few at a time. */
export async function refreshTypes(context: WorkerContext, signal: AbortSignal | undefined): Promise<object> {
  const { config, db, logger } = context;
  const stale = await findStale(db, config.typeRefresh.days, config.typeRefresh.batch);
  const { failed, left } = await workThrough(
    stale,
    signal,
    (thing) => refresh(context, thing, signal),
    async (thing, error) => {
      logger.warn('could not be refreshed', { ...thing, error });
      await putOff(db, thing);
    },
  );
  return { refreshed: stale.length - failed - left, failed, left };
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
  const { value, raw } = await esi.getResource('/universe/types/{type_id}', typeId, signal);
  if ((await findGroup(db, value.group_id)) === null) {
    await refreshGroup(context, value.group_id, signal);
  }
  await saveType(db, value, raw);
}

async function refreshGroup(
  { db, esi }: WorkerContext,
  groupId: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { value, raw } = await esi.getResource('/universe/groups/{group_id}', groupId, signal);
  await saveGroup(db, value, raw);
}
