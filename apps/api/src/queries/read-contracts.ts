import { named } from '@hangar-bay/database';
import { IS_VISIBLE } from './contract-filters.js';
import { CONTRACT_COLUMNS, CONTRACT_JOINS, type ContractRow } from './contract-row.js';
import type { Reader } from './read-in-time.js';

/** Visible contracts, in any order; those that are not there any more are left out. One statement. */
export function readContracts(db: Reader, ids: readonly number[]): Promise<ContractRow[]> {
  return db.$readRows<ContractRow[]>(
    named('contracts-by-id')`SELECT ${CONTRACT_COLUMNS} FROM contracts c ${CONTRACT_JOINS}
        WHERE c.contract_id = ANY (ARRAY(SELECT unnest(${ids}::bigint[]))) AND ${IS_VISIBLE}`,
  );
}
