import type { Replay } from '../replay.js';
import type { StaticData } from '../static-data.js';
import { createCatalogue } from './catalogue.js';
import { createContract, type Contract } from './contract.js';
import { planPopulation } from './population.js';
import { createPlaces } from './places.js';
import { createSchedule } from './schedule.js';

/** Built contracts are kept while they are listed; this many looked up outside the list are kept too. */
const KEPT_OUTSIDE_LISTS = 2000;

export interface World {
  /** Regions that exist, in order of id. */
  readonly regionIds: readonly number[];
  /** Open contracts of a region at a virtual moment, ascending by contract_id. */
  listAt(regionId: number, time: number): Contract[];
  /** Any contract that has ever been or will be, by its id. */
  find(contractId: number): Contract | undefined;
}

export function createWorld(seed: number, contracts: number, data: StaticData, replay: Replay): World {
  const regionIds = [...data.regions.keys()].sort((first, second) => first - second);
  const schedule = createSchedule(seed, regionIds, planPopulation(data, contracts));
  const catalogue = createCatalogue(data);
  const places = createPlaces(data);
  const listed = new Map<number, Map<number, Contract>>();
  const others = new Map<number, Contract>();

  function keepOther(contract: Contract): Contract {
    if (others.size >= KEPT_OUTSIDE_LISTS) {
      others.clear();
    }
    others.set(contract.contract_id, contract);
    return contract;
  }

  return {
    regionIds: [...new Set([...regionIds, ...replay.regionIds])].sort((first, second) => first - second),

    listAt: (regionId, time) => {
      const before = listed.get(regionId);
      const open = new Map(
        schedule
          .openAt(regionId, time)
          .map((slot) => [
            slot.contract_id,
            before?.get(slot.contract_id) ?? createContract(seed, slot, catalogue, places),
          ]),
      );
      listed.set(regionId, open);
      const recorded = replay.contractsOf(regionId).filter((contract) => time < contract.goneAt);
      return recorded.length === 0
        ? [...open.values()]
        : [...open.values(), ...recorded].sort((first, second) => first.contract_id - second.contract_id);
    },

    find: (contractId) => {
      const recorded = replay.find(contractId) ?? others.get(contractId);
      if (recorded !== undefined) {
        return recorded;
      }
      const slot = schedule.find(contractId);
      if (slot === undefined) {
        return undefined;
      }
      return (
        listed.get(slot.region_id)?.get(contractId) ??
        keepOther(createContract(seed, slot, catalogue, places))
      );
    },
  };
}
