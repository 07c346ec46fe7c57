import { createHash } from 'node:crypto';
import type { IdGap } from '@hangar-bay/database';
import { esiContractSchema, hasItems, type EsiContract } from '@hangar-bay/domain';
import type { z } from 'zod';
import { findGaps } from './find-gaps.js';

/** A row of a list that failed validation. */
export interface QuarantinedRow {
  /** Null where not even the id can be read. */
  readonly contract_id: number | null;
  /** Names the row: its id, or a hash of what it is. */
  readonly key: string;
  /** Field by field, what was expected. */
  readonly error: string;
  readonly payload: unknown;
}

export interface SortedRows {
  readonly contracts: (EsiContract & { readonly has_items: boolean })[];
  readonly contract_ids: number[];
  readonly quarantined: QuarantinedRow[];
  /** Where the contracts of rows without a readable id may be. */
  readonly gaps: IdGap[];
}

/** Sorts the rows of a page into contracts and rows for quarantine; one bad row never costs the others. */
export function sortRows(rows: readonly unknown[]): SortedRows {
  const contracts: SortedRows['contracts'] = [];
  const quarantined: QuarantinedRow[] = [];
  const ids = rows.map((row) => {
    const parsed = esiContractSchema.safeParse(row);
    if (parsed.success) {
      contracts.push({ ...parsed.data, has_items: hasItems(parsed.data.type) });
      return parsed.data.contract_id;
    }
    const bad = quarantine(row, parsed.error);
    quarantined.push(bad);
    return bad.contract_id;
  });
  return { contracts, contract_ids: ids.filter((id) => id !== null), quarantined, gaps: findGaps(ids) };
}

function quarantine(row: unknown, error: z.ZodError): QuarantinedRow {
  const contractId = readContractId(row);
  return {
    contract_id: contractId,
    key: contractId === null ? hash(row) : String(contractId),
    error: describeIssues(error),
    payload: row,
  };
}

/** Field by field, what was expected. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message}`).join('; ');
}

/** The id of a row that is otherwise not usable: enough to know that the contract is listed. */
function readContractId(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('contract_id' in row)) {
    return null;
  }
  const id =
    typeof row.contract_id === 'string' && /^\d+$/.test(row.contract_id)
      ? Number(row.contract_id)
      : row.contract_id;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function hash(row: unknown): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 16);
}
