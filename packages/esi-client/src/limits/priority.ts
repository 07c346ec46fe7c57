import type { EsiRoute } from '@hangar-bay/domain';

/** Region lists before all others: what is listed matters more than what one contract holds. */
export type Priority = 'sweep' | 'item';

/** Tells of ESI's health by its body. Wanted most when the limits of the other routes have run out; it has its own. */
export const STATUS_ROUTE = '/meta/status' satisfies EsiRoute;

const MAINTENANCE: ReadonlySet<string> = new Set<EsiRoute>([
  '/universe/names',
  '/universe/stations/{station_id}',
  '/universe/systems/{system_id}',
  '/universe/constellations/{constellation_id}',
  '/universe/categories/{category_id}',
  '/markets/groups/{market_group_id}',
  '/dogma/dynamic/items/{type_id}/{item_id}',
]);

export function priorityOf(route: string): Priority {
  return route === ('/contracts/public/{region_id}' satisfies EsiRoute) ? 'sweep' : 'item';
}

/** Whether only maintenance asks it, which comes back to whatever it did not get. */
export function isMaintenance(route: string): boolean {
  return MAINTENANCE.has(route);
}
