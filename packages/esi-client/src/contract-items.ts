import type { EsiRoute } from '@hangar-bay/domain';
import { readPageCount } from './cache-headers.js';
import { EsiError } from './esi-error.js';
import type { Http } from './http.js';

const ROUTE = '/contracts/public/items/{contract_id}' satisfies EsiRoute;

/** What ESI answers for a contract that was taken, deleted or hidden since the list was made; no proof of either. */
const UNAVAILABLE = new Set([204, 403, 404]);

/** All item rows over all pages in ESI's order, not validated; or the status with which ESI declines. */
export type ContractItems =
  | { readonly kind: 'items'; readonly rows: readonly unknown[] }
  | { readonly kind: 'unavailable'; readonly status: number };

/**
 * Fetches every page of a contract's items: all of them or nothing.
 * @throws EsiError where a page could not be had.
 */
export async function getContractItems(
  http: Http,
  contractId: number,
  signal?: AbortSignal,
): Promise<ContractItems> {
  const rows: unknown[] = [];
  for (let page = 1, pageCount = 1; page <= pageCount; page += 1) {
    const { status, headers, body } = await http.send({
      method: 'get',
      route: ROUTE,
      path: `/contracts/public/items/${contractId}`,
      query: { page },
      signal,
    });
    if (UNAVAILABLE.has(status)) {
      return { kind: 'unavailable', status };
    }
    if (status !== 200) {
      throw new EsiError(`answered ${status} for contract ${contractId}`, {
        kind: 'status',
        route: ROUTE,
        status,
      });
    }
    if (!Array.isArray(body)) {
      throw new EsiError(`page ${page} of contract ${contractId} is not a list`, {
        kind: 'invalid',
        route: ROUTE,
      });
    }
    for (const row of body as unknown[]) {
      rows.push(row);
    }
    // A page that does not say so takes nothing back of what another said.
    pageCount = Math.max(pageCount, readPageCount(headers, ROUTE) ?? 1);
  }
  return { kind: 'items', rows };
}
