import type { EsiRoute } from '@hangar-bay/domain';
import { getContractRows } from './contract-rows.js';
import type { Http } from './http.js';

const ROUTE = '/contracts/public/items/{contract_id}' satisfies EsiRoute;

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
  const found = await getContractRows(http, { route: ROUTE, contractId, signal });
  return found.kind === 'none'
    ? { kind: 'unavailable', status: found.status }
    : { kind: 'items', rows: found.rows };
}
