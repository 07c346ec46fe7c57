import { ESI_ROUTES, type EsiDynamicItem, type EsiRoute } from '@hangar-bay/domain';
import { EsiError } from './esi-error.js';
import type { Http } from './http.js';

const ROUTE = '/dogma/dynamic/items/{type_id}/{item_id}' satisfies EsiRoute;

/** A validated answer beside the whole of what ESI sent, which is kept. */
export interface DynamicItem {
  readonly value: EsiDynamicItem;
  readonly raw: unknown;
}

/**
 * Fetches what a mutaplasmid has made of an item, in one request: those that ESI does not know, it does not know a
 * moment later either.
 * @throws EsiError for every answer but 200. 520 and 500 are how ESI says that it does not know the item, or not yet
 * (https://github.com/esi/esi-issues/issues/1510, https://github.com/esi/esi-issues/issues/1522).
 */
export async function getDynamicItem(
  http: Http,
  typeId: number,
  itemId: number,
  signal?: AbortSignal,
): Promise<DynamicItem> {
  const path = `/dogma/dynamic/items/${typeId}/${itemId}`;
  const { status, body } = await http.send({ method: 'get', route: ROUTE, path, signal, once: true });
  if (status !== 200) {
    throw new EsiError(`answered ${status} for ${path}`, { kind: 'status', route: ROUTE, status });
  }
  const parsed = ESI_ROUTES[ROUTE].answer.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EsiError(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'unexpected shape'}`, {
      kind: 'invalid',
      route: ROUTE,
      status,
    });
  }
  return { value: parsed.data, raw: body };
}
