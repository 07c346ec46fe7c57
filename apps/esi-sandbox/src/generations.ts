import { createBody, type Body } from './body.js';
import type { Clock } from './clock.js';
import { fractionOf } from './random.js';
import type { Contract } from './world/contract.js';
import type { World } from './world/world.js';

export const PAGE_SIZE = 1000;

/** One state of a region's list. Times are virtual milliseconds. */
export interface Generation {
  region_id: number;
  madeAt: number;
  expiresAt: number;
  contracts: readonly Contract[];
  byId: ReadonlyMap<number, Contract>;
  /** At least 1, also for an empty list. */
  pages: number;
  /** Pages count from 1. */
  body(page: number): Body;
}

export interface Generations {
  /** The list as a request finds it: made anew if the last one has expired. */
  serve(regionId: number): Generation;
  /** The list that was last served; made only if there has been none. */
  peek(regionId: number): Generation;
  /** The list if there has been one. */
  lastServed(regionId: number): Generation | undefined;
  /** Makes the list anew before its time, `seconds` further on than the last time. */
  regenerate(regionId: number, seconds: number): Generation;
  /** Virtual time in a region: ahead of the clock by what forced regenerations have added. */
  timeIn(regionId: number): number;
}

/** Lists are made lazily, on the first request after the last one's expiry, so each region has its own phase. */
export function createGenerations(
  world: World,
  clock: Clock,
  seed: number,
  lifetimeSeconds: number,
): Generations {
  const served = new Map<number, Generation>();
  const ahead = new Map<number, number>();

  const timeIn = (regionId: number): number => clock.now() + (ahead.get(regionId) ?? 0);

  function make(regionId: number): Generation {
    const last = served.get(regionId);
    const seconds = last === undefined ? firstLifetime(seed, regionId, lifetimeSeconds) : lifetimeSeconds;
    const now = timeIn(regionId);
    /** Last-Modified counts in seconds, and two generations must not share one. */
    const madeAt = Math.max(Math.floor(now / 1000) * 1000, (last?.madeAt ?? 0) + 1000);
    const generation = createGeneration(
      regionId,
      world.listAt(regionId, now),
      madeAt,
      clock.now() + seconds * 1000,
    );
    served.set(regionId, generation);
    return generation;
  }

  const peek = (regionId: number): Generation => served.get(regionId) ?? make(regionId);

  return {
    timeIn,
    peek,
    lastServed: (regionId) => served.get(regionId),
    serve: (regionId) => {
      const last = served.get(regionId);
      return last === undefined || last.expiresAt <= clock.now() ? make(regionId) : last;
    },
    regenerate: (regionId, seconds) => {
      peek(regionId);
      ahead.set(regionId, (ahead.get(regionId) ?? 0) + seconds * 1000);
      return make(regionId);
    },
  };
}

/** The first list of a region is part of the way through its life, as if somebody else had asked before. */
function firstLifetime(seed: number, regionId: number, lifetimeSeconds: number): number {
  return lifetimeSeconds * (0.5 + fractionOf(seed, regionId, 30) / 2);
}

function createGeneration(
  regionId: number,
  contracts: readonly Contract[],
  madeAt: number,
  expiresAt: number,
): Generation {
  const bodies = new Map<number, Body>();
  return {
    region_id: regionId,
    madeAt,
    expiresAt,
    contracts,
    byId: new Map(contracts.map((contract) => [contract.contract_id, contract])),
    pages: Math.max(1, Math.ceil(contracts.length / PAGE_SIZE)),
    body: (page) => {
      const known = bodies.get(page);
      if (known !== undefined) {
        return known;
      }
      const rows = contracts.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
      const body = createBody(`[${rows.map((contract) => contract.json).join(',')}]`);
      bodies.set(page, body);
      return body;
    },
  };
}
