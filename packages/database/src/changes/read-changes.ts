import type { Database } from '../client.js';
import { sql } from '../sql.js';
import { lowestUnseen, type ChangePlace, type Position } from './position.js';

/** A contract that appeared or is gone. */
export interface ContractChange extends ChangePlace {
  readonly kind: 'appeared' | 'gone';
  readonly contract_id: bigint;
}

/**
 * Up to `limit` changes of contracts that `from` has not seen and `to` has, in the order that `advance` counts on. `to`
 * has seen no transaction in part.
 */
export function readChanges(
  db: Database,
  from: Position,
  to: Position,
  limit: number,
): Promise<ContractChange[]> {
  // Matches no transaction where nothing was seen in part.
  const partial = from.partial ?? { xid: -1n, change_id: -1n };
  return db.$queryRaw<ContractChange[]>(sql`
    SELECT xid, change_id, kind::text AS kind, contract_id FROM changes
     WHERE kind <> 'other'
       AND xid >= ${lowestUnseen(from)}::bigint
       AND (xid >= ${from.xmax}::bigint OR xid = ANY (${from.open}::bigint[]))
       AND NOT (xid = ${partial.xid}::bigint AND change_id <= ${partial.change_id}::bigint)
       AND xid < ${to.xmax}::bigint AND xid <> ALL (${to.open}::bigint[])
     ORDER BY xid <> ${partial.xid}::bigint, xid, change_id LIMIT ${limit}`);
}
