import { ESI_ROUTES, type EsiName, type EsiRoute } from '@hangar-bay/domain';
import { EsiError } from './esi-error.js';
import type { Http } from './http.js';
import { storable } from './storable.js';

const ROUTE = '/universe/names' satisfies EsiRoute;

/** Ids that ESI takes in one request. */
export const NAMES_PER_REQUEST = 1000;

/** Each bad id costs about ten refused requests of the 100 errors a minute; more bad ones wait for the next call. */
const MAX_REFUSALS = 30;

export interface ResolvedNames {
  readonly names: readonly EsiName[];
  /** Ids that ESI does not know. */
  readonly unknown: readonly number[];
}

/**
 * Resolves up to 1000 distinct ids to names.
 *
 * One bad id makes ESI refuse the whole batch with 404, so a refused batch is halved until the bad id stands alone.
 * Ids in neither list were not settled and can be asked for again.
 */
export async function resolveNames(
  http: Http,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<ResolvedNames> {
  const names: EsiName[] = [];
  const unknown: number[] = [];
  const batches = [ids];
  for (let refusals = 0; refusals < MAX_REFUSALS;) {
    const batch = batches.pop();
    if (batch === undefined) {
      break;
    }
    const found = batch.length === 0 ? [] : await askForNames(http, batch, signal);
    if (found !== null) {
      const byId = new Map(found.map((name) => [name.id, name]));
      names.push(...batch.flatMap((id) => byId.get(id) ?? []));
      unknown.push(...batch.filter((id) => !byId.has(id)));
      continue;
    }
    refusals += 1;
    if (batch.length === 1) {
      unknown.push(...batch);
    } else {
      const middle = Math.ceil(batch.length / 2);
      batches.push(batch.slice(middle), batch.slice(0, middle));
    }
  }
  return { names, unknown };
}

/** @returns null where ESI refuses the batch because of an id in it. */
async function askForNames(
  http: Http,
  ids: readonly number[],
  signal?: AbortSignal,
): Promise<EsiName[] | null> {
  const { status, body } = await http.send({ method: 'post', route: ROUTE, path: ROUTE, body: ids, signal });
  if (status === 404) {
    return null;
  }
  if (status !== 200) {
    throw new EsiError(`answered ${status} for ${ids.length} ids`, { kind: 'status', route: ROUTE, status });
  }
  const parsed = ESI_ROUTES[ROUTE].answer.safeParse(storable(body));
  if (!parsed.success) {
    throw new EsiError('the names are of an unexpected shape', { kind: 'invalid', route: ROUTE, status });
  }
  return parsed.data;
}
