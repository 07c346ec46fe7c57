import type { RegionTruth } from '@hangar-bay/esi-sandbox';
import { runSql } from '../setup/run-sql.js';
import { readStoredContracts, type StoredContract } from './stored-contracts.js';

/** The sandbox's oracle: what a perfect client would hold now. */
export async function readTruth(sandboxUrl: string, regionId: number): Promise<RegionTruth> {
  const response = await fetch(`${sandboxUrl}/__sandbox/truth?region_id=${regionId}`);
  return (await response.json()) as RegionTruth;
}

/** Whether the database shows the generation that the sandbox serves, with nothing left to fetch. */
export async function isSettled(databaseUrl: string, sandboxUrl: string, regionIds: readonly number[]) {
  const rows = await runSql(
    databaseUrl,
    `SELECT region_id, generation FROM regions
      WHERE region_id IN (${regionIds.join(',')}) AND generation IS NOT NULL
        AND NOT EXISTS (SELECT FROM contracts WHERE items_state = 'pending' AND gone_at IS NULL)
        AND NOT EXISTS (
          SELECT FROM contracts
           WHERE type = 'auction' AND visible_since IS NOT NULL AND gone_at IS NULL AND date_expired > now()
             AND bids_due_at IS NULL)`,
  );
  if (rows.length < regionIds.length) {
    return false;
  }
  const truths = await Promise.all(regionIds.map((regionId) => readTruth(sandboxUrl, regionId)));
  return truths.every(({ region_id, generation }) => {
    const row = rows.find((region) => region['region_id'] === region_id);
    return (row?.['generation'] as Date).getTime() === Date.parse(generation);
  });
}

/**
 * Compares a region in the database with the truth, contract by contract and item by item.
 * @returns one line per difference; none when they are equal.
 */
export async function compareWithTruth(
  databaseUrl: string,
  sandboxUrl: string,
  regionId: number,
): Promise<string[]> {
  const truth = await readTruth(sandboxUrl, regionId);
  const expected = new Map(truth.contracts.map((contract) => [contract.contract_id, normalise(contract)]));
  const stored = await readStoredContracts(databaseUrl, regionId);
  const actual = new Map(stored.map((contract) => [contract.contract_id, normalise(contract)]));
  return [
    ...[...expected.keys()].filter((id) => !actual.has(id)).map((id) => `contract ${id} is missing`),
    ...[...actual.keys()].filter((id) => !expected.has(id)).map((id) => `contract ${id} should not be there`),
    ...[...expected].flatMap(([id, contract]) => {
      const found = actual.get(id);
      return found === undefined || found === contract
        ? []
        : [`contract ${id}: expected ${contract}, found ${found}`];
    }),
  ];
}

/** One text per contract: fields in order, absent ones left out, with the meaning that absence has. */
function normalise({
  items,
  bids: _bids,
  ...contract
}: object & { items?: unknown; bids?: unknown }): string {
  const rows = (items as StoredContract[]).map((item) => flatten({ is_blueprint_copy: false, ...item }));
  return JSON.stringify([flatten({ for_corporation: false, title: '', ...contract }), rows]);
}

function flatten(row: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(row)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]): [string, unknown] => [
      name,
      name.startsWith('date_') ? Date.parse(String(value)) : value,
    ])
    .sort(([a], [b]) => a.localeCompare(b));
}
