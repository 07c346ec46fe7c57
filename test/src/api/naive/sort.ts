import { shipOf } from './evaluate.js';
import type { NaiveContract } from './small-world.js';

type SortKey = (contract: NaiveContract) => number | string | null;

const KEYS: Readonly<Record<string, SortKey>> = {
  price: ({ price }) => price,
  date_issued: ({ date_issued }) => Date.parse(date_issued),
  date_expired: ({ date_expired }) => Date.parse(date_expired),
  volume: ({ volume }) => volume,
  ship_name: (contract) => shipOf(contract)?.name ?? null,
  reward: ({ reward }) => reward,
  collateral: ({ collateral }) => collateral,
  buyout: ({ buyout }) => buyout,
  days_to_complete: ({ days_to_complete }) => days_to_complete,
  reward_per_volume: ({ reward, volume }) => (reward === null || !volume ? null : reward / volume),
};

export const SORTS = Object.keys(KEYS).flatMap((name) => [name, `-${name}`]);

/** In the order of `sort`: rows without a value last both ways, ties by contract_id in the same direction. */
export function sortNaively(contracts: readonly NaiveContract[], sort: string): NaiveContract[] {
  const sign = sort.startsWith('-') ? -1 : 1;
  const key = KEYS[sort.replace('-', '')] as SortKey;
  return contracts.toSorted((left, right) => {
    const [a, b] = [key(left), key(right)];
    const ties = sign * (left.contract_id - right.contract_id);
    if (a === null || b === null) {
      return a === b ? ties : a === null ? 1 : -1;
    }
    return a === b ? ties : sign * (a < b ? -1 : 1);
  });
}
