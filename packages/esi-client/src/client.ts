import type { EsiRoute } from '@hangar-bay/domain';
import { getContractItems, type ContractItems } from './contract-items.js';
import { createGovernor, type GovernorOptions } from './governor.js';
import { createHttp, type HttpOptions } from './http.js';
import { resolveNames, type ResolvedNames } from './names.js';
import { getRegionPage, type RegionPage } from './region-page.js';
import { getResource, type Resource } from './universe.js';

export type EsiClientOptions = HttpOptions & GovernorOptions;

/** ESI as this system uses it. Every method throws an `EsiError` where there is no usable answer. */
export interface EsiClient {
  /** `etag` of the stored page, so that an unchanged one costs no body. */
  getRegionPage(
    regionId: number,
    page: number,
    etag: string | null,
    signal?: AbortSignal,
  ): Promise<RegionPage>;
  getContractItems(contractId: number, signal?: AbortSignal): Promise<ContractItems>;
  /** One thing by its id; `null` for a route without one. */
  getResource<Route extends EsiRoute>(
    route: Route,
    id: number | null,
    signal?: AbortSignal,
  ): Promise<Resource<Route>>;
  /** Up to 1000 distinct ids. */
  resolveNames(ids: readonly number[], signal?: AbortSignal): Promise<ResolvedNames>;
  /** Closes the kept connections. */
  close(): void;
}

export function createEsiClient(options: EsiClientOptions): EsiClient {
  const http = createHttp(options, createGovernor(options));
  return {
    getRegionPage: (...args) => getRegionPage(http, ...args),
    getContractItems: (...args) => getContractItems(http, ...args),
    getResource: (...args) => getResource(http, ...args),
    resolveNames: (...args) => resolveNames(http, ...args),
    close: () => http.close(),
  };
}
