import type { Database } from '@hangar-bay/database';
import { findContract } from '../queries/find-contract.js';
import type { ListQuery } from '../queries/find-matching.js';
import type { Start } from '../queries/keyset.js';
import { listContracts } from '../queries/list-contracts.js';
import { namedInItem } from '../queries/named-things.js';
import { serializeContractDetail } from '../serializers/contract-detail.js';
import { serializeContractPage } from '../serializers/contract-page.js';
import { canonicalKey } from './canonical-key.js';
import { createContractRows, type ContractRowsOptions } from './contract-rows.js';
import type { DataVersion } from './data-version.js';
import { createKnownPlaces } from './known-places.js';
import { createLargeLists } from './large-lists.js';
import { createRarity } from './rarity.js';

/** What is asked for, before anything is looked up that tells how to search. */
type AskedContracts = Omit<ListQuery, 'rare' | 'places'>;

/** Pages of the contract lists, and single contracts, whose answers hold the same rows. */
export interface ContractLists {
  /** The page as JSON. `list` names the query's scope. */
  render(
    db: Database,
    list: string,
    asked: AskedContracts,
    encodeCursor: (start: Start) => string,
  ): Promise<Buffer>;
  /** A visible contract as JSON; null where there is none. */
  renderContract(db: Database, contractId: number): Promise<Buffer | null>;
}

export interface ContractListsOptions extends ContractRowsOptions {
  readonly version: Pick<DataVersion, 'current' | 'names' | 'departures'>;
}

export function createContractLists(options: ContractListsOptions): ContractLists {
  const { missingNames } = options;
  const rows = createContractRows(options);
  const largeLists = createLargeLists(options.version);
  const rarity = createRarity();
  const knownPlaces = createKnownPlaces(options.version);

  async function lookUp(db: Database, asked: AskedContracts): Promise<ListQuery> {
    const [rare, places] = await Promise.all([
      rarity.find(db, asked.filters),
      knownPlaces.find(db, asked.filters),
    ]);
    return { ...asked, rare, places };
  }

  return {
    async render(db, list, asked, encodeCursor) {
      const key = canonicalKey(list, asked.filters);
      const page = await largeLists.count(key, async (isLarge) =>
        // Looked up for the version of now, so that a list is not large by what no longer holds.
        listContracts(db, await lookUp(db, asked), { isLarge }),
      );
      const rendered = await rows.render(db, page.contracts);
      return serializeContractPage(
        rendered.map(({ json }) => json),
        page,
        asked.limit,
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
