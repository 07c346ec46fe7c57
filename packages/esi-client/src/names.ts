import { ESI_ROUTES, type EsiName, type EsiRoute } from '@hangar-bay/domain';
import { EsiError } from './esi-error.js';
import type { Http } from './http.js';
import { storable } from './storable.js';

const ROUTE = '/universe/names' satisfies EsiRoute;

/** Ids that ESI takes in one request. */
export const NAMES_PER_REQUEST = 1000;

/**
 * Resolves up to 1000 distinct ids to names, in one request. Ids that ESI leaves out of its answer are left out here.
 * @returns null where ESI refuses all of them with 404: it does not know one or more, or means none of them
 * (https://github.com/esi/esi-issues/issues/1181).
 * @throws EsiError where there is no usable answer.
 */
export async function resolveNames(
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
  const byId = new Map(parsed.data.map((name) => [name.id, name]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
