import { sql, type Sql } from '@hangar-bay/database';

export const SECURITY_CLASSES = ['high', 'low', 'null', 'wormhole'] as const;

export type SecurityClass = (typeof SECURITY_CLASSES)[number];

/**
 * The class of a row of systems; null where there is none. EVE rounds to one decimal, but never down to 0.0: anything
 * above it is low. Wormhole systems have ids and regions of their own.
 */
export function securityOf(system: Sql): Sql {
  return sql`CASE
    WHEN ${system}.system_id BETWEEN 31000000 AND 31999999 OR ${system}.region_id BETWEEN 11000001 AND 11000033
      THEN 'wormhole'
    WHEN ${system}.security_status >= 0.45 THEN 'high'
    WHEN ${system}.security_status > 0 THEN 'low'
    WHEN ${system}.security_status <= 0 THEN 'null' END`;
}
