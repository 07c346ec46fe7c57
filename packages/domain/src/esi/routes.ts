import { z } from 'zod';
import { esiBidSchema } from './bid.js';
import { esiContractSchema } from './contract.js';
import { esiDynamicItemSchema } from './dogma.js';
import { esiItemSchema } from './item.js';
import { esiRouteStatusSchema } from './route-status.js';
import {
  esiCategorySchema,
  esiConstellationSchema,
  esiGroupSchema,
  esiMarketGroupSchema,
  esiNameSchema,
  esiRegionIdsSchema,
  esiStationSchema,
  esiSystemSchema,
  esiTypeSchema,
} from './universe.js';

/**
 * Every ESI route that is used, by its path template, with the schema of a whole 200 answer.
 *
 * The keys are also the `route` label of metrics and logs, and what `esi:check` holds against ESI's own document.
 */
export const ESI_ROUTES = {
  '/contracts/public/{region_id}': { method: 'get', answer: z.array(esiContractSchema) },
  '/contracts/public/items/{contract_id}': { method: 'get', answer: z.array(esiItemSchema) },
  '/contracts/public/bids/{contract_id}': { method: 'get', answer: z.array(esiBidSchema) },
  '/universe/regions': { method: 'get', answer: esiRegionIdsSchema },
  '/universe/types/{type_id}': { method: 'get', answer: esiTypeSchema },
  '/universe/groups/{group_id}': { method: 'get', answer: esiGroupSchema },
  '/universe/categories/{category_id}': { method: 'get', answer: esiCategorySchema },
  '/universe/stations/{station_id}': { method: 'get', answer: esiStationSchema },
  '/universe/systems/{system_id}': { method: 'get', answer: esiSystemSchema },
  '/universe/constellations/{constellation_id}': { method: 'get', answer: esiConstellationSchema },
  '/universe/names': { method: 'post', answer: z.array(esiNameSchema) },
  '/markets/groups/{market_group_id}': { method: 'get', answer: esiMarketGroupSchema },
  '/meta/status': { method: 'get', answer: esiRouteStatusSchema },
  '/dogma/dynamic/items/{type_id}/{item_id}': { method: 'get', answer: esiDynamicItemSchema },
} as const;

export type EsiRoute = keyof typeof ESI_ROUTES;

/** The date whose ESI document the schemas above were checked against; sent as `X-Compatibility-Date`. */
export const ESI_COMPATIBILITY_DATE = '2026-08-04';
