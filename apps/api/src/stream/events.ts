import { joinSql, sql, type ContractChange, type Database } from '@hangar-bay/database';
import type { MissingNames } from '../missing-names.js';
import { IS_VISIBLE, whereFilters } from '../queries/contract-filters.js';
import { CONTRACT_COLUMNS, CONTRACT_JOINS, type ContractRow } from '../queries/contract-row.js';
import { namedInContract } from '../queries/named-things.js';
import { serializeContractSummary } from '../serializers/contract-summary.js';
import { formatOptionalTime } from '../serializers/values.js';
import { eventFrame } from './frames.js';
import type { StreamFilters } from './parameters.js';

/** A change, and the id that a client goes on from once it has it. */
export interface PlacedChange extends ContractChange {
  readonly id: string;
}

export interface EventsDeps {
  readonly db: Database;
  readonly missingNames: MissingNames;
}

type MatchedRow = ContractRow & { readonly gone_at: Date | null };

/**
 * The events of those changes whose contracts the filters leave, in the order of the changes, as one text. One
 * statement. A contract that has left the database makes no event.
 */
export async function renderEvents(
  { db, missingNames }: EventsDeps,
  filters: StreamFilters,
  changes: readonly PlacedChange[],
): Promise<string> {
  if (changes.length === 0) {
    return '';
  }
  const ids = [...new Set(changes.map((change) => change.contract_id))];
  const where = joinSql(
    [sql`c.contract_id = ANY (${ids}::bigint[])`, IS_VISIBLE, ...whereFilters({ ...filters, status: 'any' })],
    ' AND ',
  );
  const rows = await db.$queryRaw<MatchedRow[]>(sql`
    SELECT ${CONTRACT_COLUMNS}, c.gone_at FROM contracts c ${CONTRACT_JOINS} WHERE ${where}`);
  missingNames.report(rows.flatMap(namedInContract));
  const byId = new Map(rows.map((row) => [row.contract_id, row]));
  return changes
    .map((change) => {
      const row = byId.get(change.contract_id);
      return row === undefined ? '' : renderEvent(change, row);
    })
    .join('');
}

function renderEvent({ id, kind }: PlacedChange, row: MatchedRow): string {
  return kind === 'appeared'
    ? eventFrame(id, 'contract.appeared', serializeContractSummary(row))
    : eventFrame(id, 'contract.gone', {
        contract_id: Number(row.contract_id),
        region_id: row.region_id,
        gone_at: formatOptionalTime(row.gone_at),
      });
}
