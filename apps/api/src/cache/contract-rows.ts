import { LRUCache } from 'lru-cache';
import type { MissingNames, NamedThing } from '../missing-names.js';
import type { ListedContract } from '../queries/list-contracts.js';
import { namedInContract } from '../queries/named-things.js';
import { readContracts } from '../queries/read-contracts.js';
import type { Reader } from '../queries/read-in-time.js';
import { serializeContractSummary } from '../serializers/contract-summary.js';
import type { DataVersion } from './data-version.js';

/** Some 1.5 KB each. */
const MAX_ROWS = 10_000;

interface RenderedRow extends ListedContract {
  /** Of the names in it; null: they were not confirmed, and it is not kept. */
  readonly names: number | null;
  readonly json: Buffer;
  /** Names that it lacks: each answer with the row lacks them. */
  readonly missing: readonly NamedThing[];
}

export interface ContractRowsOptions {
  readonly version: Pick<DataVersion, 'names'>;
  readonly missingNames: MissingNames;
}

/** Rows of the contract lists as JSON: in bytes, since encoding a page costs more than all else that is done with it. */
export interface ContractRows {
  /**
   * The rows of a page. Reading and rendering a row takes many times as long as finding its place, so those that were
   * rendered before are taken as they are where neither the contract nor, as far as this process knows, any name has
   * changed since. A contract that has ended since its place was read, or left the database, is left out.
   */
  render(
    db: Reader,
    contracts: readonly ListedContract[],
  ): Promise<readonly Pick<RenderedRow, 'row_version' | 'json'>[]>;
}

export function createContractRows({ version, missingNames }: ContractRowsOptions): ContractRows {
  const kept = new LRUCache<number, RenderedRow>({ max: MAX_ROWS });

  function findKept(listed: ListedContract, names: number | null): RenderedRow | undefined {
    const row = kept.get(listed.contract_id);
    return row?.names === names && isSame(row, listed) ? row : undefined;
  }

  async function renderNew(
    db: Reader,
    contracts: readonly ListedContract[],
    names: number | null,
  ): Promise<RenderedRow[]> {
    const rows = await readContracts(
      db,
      contracts.map(({ contract_id }) => contract_id),
    );
    return rows.map((row) => {
      const summary = serializeContractSummary(row);
      const { contract_id, status } = summary;
      const json = inOwnMemory(JSON.stringify(summary));
      const missing = namedInContract(row).filter(({ id, name }) => id !== null && name === null);
      return { contract_id, status, row_version: row.row_version, names, json, missing };
    });
  }

  return {
    async render(db, contracts) {
      const names = version.names();
      const rendered = new Map<number, RenderedRow>();
      const missing: ListedContract[] = [];
      for (const listed of contracts) {
        const row = names === null ? undefined : findKept(listed, names);
        if (row === undefined) {
          missing.push(listed);
        } else {
          rendered.set(listed.contract_id, row);
        }
      }
      if (missing.length > 0) {
        for (const row of await renderNew(db, missing, names)) {
          rendered.set(row.contract_id, row);
          if (names !== null) {
            kept.set(row.contract_id, row);
          }
        }
      }
      return contracts.flatMap(({ contract_id, status }) => {
        const row = rendered.get(contract_id);
        if (row?.status !== status) {
          return [];
        }
        missingNames.report(row.missing);
        return [row];
      });
    },
  };
}

/** A small buffer is a slice of a larger one with others in it, which would be kept for as long as the row. */
function inOwnMemory(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function isSame(left: ListedContract, right: ListedContract): boolean {
  return left.row_version === right.row_version && left.status === right.status;
}
