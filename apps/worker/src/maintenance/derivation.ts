import { findOutdatedContracts, storeDerived, type OutdatedContract } from '@hangar-bay/database';
import { classifyContract, kindOfType } from '@hangar-bay/domain';
import type { WorkerContext } from '../context.js';

const CONTRACTS_PER_STATEMENT = 300;
/** The next job goes on. */
const MAX_MS = 20_000;

/** Derives contracts that older rules have classified again from their stored items, without asking ESI. */
export async function deriveAgain(
  { config, db }: WorkerContext,
  signal: AbortSignal | undefined,
): Promise<object> {
  const deadline = performance.now() + MAX_MS;
  let derived = 0;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    const outdated = await findOutdatedContracts(db, CONTRACTS_PER_STATEMENT);
    const stored = await storeDerived(
      db,
      outdated.map((contract) => classify(contract, config.shipGroupIds)),
    );
    derived += stored;
    if (stored === 0) {
      break;
    }
  }
  return { derived };
}

function classify(
  { contract_id, items, read_at }: OutdatedContract,
  shipGroupIds: ReadonlySet<number> | null,
) {
  const kinds = new Map(
    items.flatMap(({ type_id, group_id, category_id }) =>
      group_id === undefined || category_id === undefined
        ? []
        : [[type_id, kindOfType({ group_id, category_id }, shipGroupIds)] as const],
    ),
  );
  const classification = classifyContract(items, (typeId) => kinds.get(typeId) ?? null);
  return { contract_id, classification, kinds_as_of: read_at };
}
