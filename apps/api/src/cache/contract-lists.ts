import type { Database } from '@hangar-bay/database';
import { countContracts, type ContractCount } from '../queries/count-contracts.js';
import { findContract } from '../queries/find-contract.js';
import type { Start } from '../queries/keyset.js';
import { listContracts, type ContractQuery } from '../queries/list-contracts.js';
import { namedInItem } from '../queries/named-things.js';
import { serializeContractDetail } from '../serializers/contract-detail.js';
import { serializeContractPage } from '../serializers/contract-page.js';
import { canonicalKey } from './canonical-key.js';
import { createContractRows, type ContractRowsOptions } from './contract-rows.js';
import type { DataVersion } from './data-version.js';
import { createLargeLists } from './large-lists.js';
import { createRarity } from './rarity.js';
import { createVersionMemo } from './version-memo.js';

const MAX_COUNTS = 1_000;

/** Pages of the contract lists, and single contracts, whose answers hold the same rows. */
export interface ContractLists {
  /** The page as JSON. `list` names the query's scope. */
  render(
    db: Database,
    list: string,
    asked: Omit<ContractQuery, 'rare'>,
    encodeCursor: (start: Start) => string,
  ): Promise<Buffer>;
  /** A visible contract as JSON; null where there is none. */
  renderContract(db: Database, contractId: number): Promise<Buffer | null>;
}

export interface ContractListsOptions extends ContractRowsOptions {
  readonly version: Pick<DataVersion, 'current' | 'names' | 'departures'>;
  /** Whether answers are kept: then so are the counts, which all pages of a list have in common. */
  readonly keepsCounts: boolean;
}

export function createContractLists(options: ContractListsOptions): ContractLists {
  const { missingNames } = options;
  const rows = createContractRows(options);
  const counts = createVersionMemo<string, ContractCount>(
    options.version,
    options.keepsCounts ? MAX_COUNTS : 0,
  );
  const largeLists = createLargeLists(options.version);
  const rarity = createRarity();

  return {
    async render(db, list, asked, encodeCursor) {
      const query = { ...asked, rare: await rarity.find(db, asked.filters) };
      const key = canonicalKey(list, query.filters);
      const [page, count] = await Promise.all([
        listContracts(db, query),
        counts.get(key, () => largeLists.count(key, (isLarge) => countContracts(db, query, { isLarge }))),
      ]);
      const rendered = await rows.render(db, page.contracts);
      return serializeContractPage(
        rendered.map(({ json }) => json),
        page,
        count,
        query.limit,
        encodeCursor,
      );
    },

    async renderContract(db, contract_id) {
      const found = await findContract(db, contract_id);
      if (found === null) {
        return null;
      }
      const { status, row_version, items } = found;
      const [row] = await rows.render(db, [{ contract_id, status, row_version }]);
      if (row?.row_version !== row_version) {
        // It has just changed or ended, or left the database: what was found would not fit its row.
        return this.renderContract(db, contract_id);
      }
      missingNames.report(items.map(namedInItem));
      return serializeContractDetail(row.json, found);
    },
  };
}
