import type { Database } from '@hangar-bay/database';
import { looksBeyond } from '../queries/contract-filters.js';
import { findContract } from '../queries/find-contract.js';
import type { ListQuery } from '../queries/find-matching.js';
import type { Start } from '../queries/keyset.js';
import { listContracts, listCounted, type ContractPage, type ListTotals } from '../queries/list-contracts.js';
import { namedInItem } from '../queries/named-things.js';
import { readInTime, type Reader } from '../queries/read-in-time.js';
import { serializeContractDetail } from '../serializers/contract-detail.js';
import { serializeContractPage } from '../serializers/contract-page.js';
import { canonicalKey } from './canonical-key.js';
import { createContractRows, type ContractRowsOptions } from './contract-rows.js';
import type { DataVersion } from './data-version.js';
import { createKnownPlaces } from './known-places.js';
import { createLargeLists } from './large-lists.js';
import { createRarity } from './rarity.js';
import { createVersionMemo } from './version-memo.js';

const MAX_TOTALS = 1_000;

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
  /** Whether answers are kept: then so are the totals, which all pages of a list have in common. */
  readonly keepsTotals: boolean;
}

export function createContractLists(options: ContractListsOptions): ContractLists {
  const { missingNames } = options;
  const rows = createContractRows(options);
  const keptTotals = createVersionMemo<string, ListTotals>(
    options.version,
    options.keepsTotals ? MAX_TOTALS : 0,
  );
  const largeLists = createLargeLists(options.version);
  const rarity = createRarity();
  const knownPlaces = createKnownPlaces(options.version);

  async function lookUp(db: Reader, asked: AskedContracts): Promise<ListQuery> {
    const [rare, places] = await Promise.all([
      rarity.find(db, asked.filters),
      knownPlaces.find(db, asked.filters),
    ]);
    return { ...asked, rare, places };
  }

  async function find(db: Reader, key: string, asked: AskedContracts): Promise<ContractPage> {
    // Lookups come after the departures have been read: nothing that leaves in between is missed.
    const count = () =>
      largeLists.count(key, async (isLarge) => listContracts(db, await lookUp(db, asked), { isLarge }));
    // What looks beyond the rows is found sooner among all that match.
    if (asked.facets !== undefined || looksBeyond(asked.filters)) {
      return count();
    }
    const counted: { page?: ContractPage } = {};
    const totals = await keptTotals.get(key, async () => {
      counted.page = await count();
      return totalsOf(counted.page);
    });
    return counted.page ?? listCounted(db, await lookUp(db, asked), totals);
  }

  return {
    async render(db, list, asked, encodeCursor) {
      const inTime = readInTime(db);
      const page = await find(inTime, canonicalKey(list, asked.filters), asked);
      const rendered = await rows.render(inTime, page.contracts);
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

function totalsOf({ total, total_is_exact, unplaced_excluded }: ContractPage): ListTotals {
  return { total, total_is_exact, unplaced_excluded };
}
