import type { Clock } from './clock.js';
import type { Generations } from './generations.js';
import { bidsUpTo } from './routes/contracts.js';
import type { Stamps } from './stamps.js';
import { writeTime, type BidRow, type ContractRow, type ItemRow } from './wire.js';

export interface TrueContract extends ContractRow {
  region_id: number;
  /** In the order of ESI's payload. */
  items: readonly ItemRow[];
  /** Auctions only: what the bids route gave last, or would give now. */
  bids?: readonly BidRow[];
}

/** What a perfect client holds of a region. */
export interface RegionTruth {
  region_id: number;
  /** Last-Modified of the list that was last served, ISO 8601. */
  generation: string;
  contracts: TrueContract[];
  /** Listed, but their items answer 204, 403 or 404. */
  unavailable: number[];
}

/** Reads the list that was last served; never makes a new one where there has been one. */
export function tellTruth(
  regionId: number,
  generations: Generations,
  bidStamps: Stamps,
  clock: Clock,
): RegionTruth {
  const generation = generations.peek(regionId);
  const truth: RegionTruth = {
    region_id: regionId,
    generation: writeTime(generation.madeAt),
    contracts: [],
    unavailable: [],
  };
  for (const contract of generation.contracts) {
    if (contract.availability !== 200) {
      truth.unavailable.push(contract.contract_id);
      continue;
    }
    const bidsAt = bidStamps.last(contract.contract_id)?.madeAt ?? clock.now();
    truth.contracts.push({
      ...contract.row,
      region_id: regionId,
      items: contract.items,
      ...(contract.row.type === 'auction' ? { bids: bidsUpTo(contract, bidsAt) } : {}),
    });
  }
  return truth;
}
