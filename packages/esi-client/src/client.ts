import type { EsiName, EsiRoute } from '@hangar-bay/domain';
import { getContractBids, type ContractBids } from './contract-bids.js';
import { getContractItems, type ContractItems } from './contract-items.js';
import { getDynamicItem, type DynamicItem } from './dynamic-item.js';
import { createGovernor, type GovernorOptions } from './governor.js';
import { createHttp, type HttpOptions } from './http.js';
import type { LimitsReport } from './limits/describe.js';
import { resolveNames } from './names.js';
import type { SharedLimits } from './limits/shared-limits.js';
import { getRegionPage, type RegionPage } from './region-page.js';
import { getRouteReport } from './route-report.js';
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
  /** `etag` of the stored bids, so that unchanged ones cost no body. */
  getContractBids(contractId: number, etag: string | null, signal?: AbortSignal): Promise<ContractBids>;
  getDynamicItem(typeId: number, itemId: number, signal?: AbortSignal): Promise<DynamicItem>;
  /** One thing by its id; `null` for a route without one. */
  getResource<Route extends EsiRoute>(
    route: Route,
    id: number | null,
    signal?: AbortSignal,
  ): Promise<Resource<Route>>;
  /** Up to 1000 distinct ids; null where ESI refuses all of them because of one. */
  resolveNames(ids: readonly number[], signal?: AbortSignal): Promise<EsiName[] | null>;
  /** What this process knows of ESI's limits; asks nobody. */
  reportLimits(): LimitsReport;
  /** Closes the kept connections; what still waits for its turn is refused. */
  close(): Promise<void>;
}

/** Clients with the same `limits` keep ESI's limits together; without, each on its own. */
export function createEsiClient(options: EsiClientOptions, limits?: SharedLimits): EsiClient {
  const governor = createGovernor(options, limits);
  const http = createHttp(options, governor);
  const closing = new AbortController();
  governor.useReport(() => getRouteReport(http, closing.signal));
  return {
    getRegionPage: (...args) => getRegionPage(http, ...args),
    getContractItems: (...args) => getContractItems(http, ...args),
    getContractBids: (...args) => getContractBids(http, ...args),
    getDynamicItem: (...args) => getDynamicItem(http, ...args),
    getResource: (...args) => getResource(http, ...args),
    resolveNames: (...args) => resolveNames(http, ...args),
    reportLimits: () => governor.report(),
    async close() {
      closing.abort();
      http.close();
      await governor.close();
    },
  };
}
