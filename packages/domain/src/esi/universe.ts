import { z } from 'zod';
import { bigId, intId } from './values.js';

/** `GET /universe/types/{type_id}` */
export const esiTypeSchema = z.object({
  type_id: intId,
  name: z.string(),
  group_id: z.int32(),
  market_group_id: z.int32().optional(),
});

/** `GET /universe/groups/{group_id}` */
export const esiGroupSchema = z.object({ group_id: z.int32(), name: z.string(), category_id: z.int32() });

/** `GET /universe/categories/{category_id}` */
export const esiCategorySchema = z.object({ category_id: z.int32(), name: z.string() });

/** `GET /markets/groups/{market_group_id}` */
export const esiMarketGroupSchema = z.object({
  market_group_id: z.int32(),
  name: z.string(),
  parent_group_id: z.int32().optional(),
});

/** `GET /universe/stations/{station_id}`: NPC stations only. */
export const esiStationSchema = z.object({ station_id: bigId, name: z.string(), system_id: intId });

/** `GET /universe/systems/{system_id}`: the region is known through the constellation only. */
export const esiSystemSchema = z.object({
  system_id: intId,
  name: z.string(),
  constellation_id: intId,
  security_status: z.number(),
});

/** `GET /universe/constellations/{constellation_id}` */
export const esiConstellationSchema = z.object({ constellation_id: intId, region_id: intId });

/** `GET /universe/regions` */
export const esiRegionIdsSchema = z.array(intId);

/** A row of `POST /universe/names`. */
export const esiNameSchema = z.object({ id: bigId, name: z.string(), category: z.string() });

export type EsiType = z.output<typeof esiTypeSchema>;
export type EsiGroup = z.output<typeof esiGroupSchema>;
export type EsiCategory = z.output<typeof esiCategorySchema>;
export type EsiMarketGroup = z.output<typeof esiMarketGroupSchema>;
export type EsiStation = z.output<typeof esiStationSchema>;
export type EsiSystem = z.output<typeof esiSystemSchema>;
export type EsiName = z.output<typeof esiNameSchema>;
