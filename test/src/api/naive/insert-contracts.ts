import { classifyContract, kindOfType } from '@hangar-bay/domain';
import { contract, insert, item } from '../world.js';
import { TYPES, type NaiveContract } from './small-world.js';

const kinds = new Map(TYPES.map((type) => [type.type_id, kindOfType(type, null)] as const));

/** Stores contracts with their items, classified as the worker would. */
export async function insertContracts(
  databaseUrl: string,
  contracts: readonly NaiveContract[],
): Promise<void> {
  await insert(
    databaseUrl,
    'contracts',
    contracts.map(({ items, ...row }) => contract({ ...row, ...classificationOf({ items }) })),
  );
  await insert(
    databaseUrl,
    'contract_items',
    contracts.flatMap(({ items }) => items.map((row) => item({ ...row }))),
  );
}

function classificationOf({ items }: Pick<NaiveContract, 'items'>) {
  const esiItems = items.map(({ runs, material_efficiency, time_efficiency, ...row }) => ({
    ...row,
    record_id: 1,
    ...(runs === null ? {} : { runs }),
    ...(material_efficiency === null ? {} : { material_efficiency }),
    ...(time_efficiency === null ? {} : { time_efficiency }),
  }));
  const { ship, primary, ...counts } = classifyContract(esiItems, (typeId) => kinds.get(typeId) ?? null);
  return { ...counts, ship_type_id: ship?.type_id ?? null, primary_type_id: primary?.type_id ?? null };
}
