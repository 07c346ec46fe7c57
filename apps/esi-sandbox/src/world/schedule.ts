import { fractionOf } from '../random.js';

const DAY = 86_400_000;
const EPOCH = Date.UTC(2026, 0, 1);
/** Above every id that ESI has given out, so that recorded contracts never collide with made ones. */
const FIRST_ID = 1_000_000_000;
const MAX_REGIONS = 128;

/** How long contracts are offered for, in days, and how often. */
const DURATIONS = [
  { days: 28, upTo: 0.45 },
  { days: 14, upTo: 0.7 },
  { days: 7, upTo: 0.85 },
  { days: 3, upTo: 0.95 },
  { days: 1, upTo: 1 },
] as const;
const LONGEST = 28 * DAY;
const NEVER_TAKEN = 0.25;
const MEAN_DAYS_UNTIL_TAKEN = 4;
/** Follows from the three constants above; it turns a population into a rate of issue. */
const MEAN_LIFE = 7.01 * DAY;

/** One place in a region's stream of contracts. */
export interface Slot {
  region_id: number;
  /** Number in the region's stream. */
  sequence: number;
  contract_id: number;
  /** Virtual milliseconds, whole seconds. */
  issuedAt: number;
  expiresAt: number;
  /** When it leaves the list: taken, deleted or expired. */
  goneAt: number;
}

export interface Schedule {
  /** Slots whose contracts are open at a moment, in order of issue, which is also the order of ids. */
  openAt(regionId: number, time: number): Slot[];
  /** The slot that an id belongs to, whether open or not. */
  find(contractId: number): Slot | undefined;
}

/**
 * When contracts are issued and when they go: a pure function of (seed, region, time), so regions never depend on
 * each other and a restarted sandbox continues the same world. An id encodes its moment of issue and its region.
 */
export function createSchedule(
  seed: number,
  regionIds: readonly number[],
  population: ReadonlyMap<number, number>,
): Schedule {
  const busiest = Math.max(1, ...population.values());
  /** Ids count in units of this many milliseconds. Slots of a region are at least half a spacing apart. */
  const unit = Math.min(10_000, MEAN_LIFE / busiest / 2);

  const spacingOf = (regionId: number): number | undefined => {
    const count = population.get(regionId);
    return count === undefined ? undefined : MEAN_LIFE / count;
  };

  function slotAt(regionId: number, regionIndex: number, spacing: number, sequence: number): Slot {
    const phase = fractionOf(seed, regionId, 3);
    const jitter = fractionOf(seed, regionId, sequence, 4) / 2;
    const sinceEpoch = (sequence + phase + jitter) * spacing;
    const issuedAt = Math.floor((EPOCH + sinceEpoch) / 1000) * 1000;
    const duration = durationOf(fractionOf(seed, regionId, sequence, 5));
    const taken = isMegaPack(sequence) ? LONGEST : timeUntilTaken(seed, regionId, sequence);
    return {
      region_id: regionId,
      sequence,
      contract_id: FIRST_ID + Math.floor(sinceEpoch / unit) * MAX_REGIONS + regionIndex,
      issuedAt,
      expiresAt: issuedAt + duration,
      goneAt: issuedAt + Math.min(duration, taken),
    };
  }

  return {
    openAt: (regionId, time) => {
      const spacing = spacingOf(regionId);
      if (spacing === undefined) {
        return [];
      }
      const regionIndex = regionIds.indexOf(regionId);
      const first = Math.floor((time - LONGEST - EPOCH) / spacing) - 2;
      const last = Math.ceil((time - EPOCH) / spacing);
      const open: Slot[] = [];
      for (let sequence = first; sequence <= last; sequence += 1) {
        const slot = slotAt(regionId, regionIndex, spacing, sequence);
        if (slot.issuedAt <= time && time < slot.goneAt) {
          open.push(slot);
        }
      }
      return open;
    },

    find: (contractId) => {
      const offset = contractId - FIRST_ID;
      const regionIndex = ((offset % MAX_REGIONS) + MAX_REGIONS) % MAX_REGIONS;
      const regionId = regionIds[regionIndex];
      const spacing = regionId === undefined ? undefined : spacingOf(regionId);
      if (regionId === undefined || spacing === undefined) {
        return undefined;
      }
      const sinceEpoch = Math.floor(offset / MAX_REGIONS) * unit;
      const guess = Math.floor(sinceEpoch / spacing);
      for (const sequence of [guess - 1, guess, guess + 1]) {
        const slot = slotAt(regionId, regionIndex, spacing, sequence);
        if (slot.contract_id === contractId) {
          return slot;
        }
      }
      return undefined;
    },
  };
}

/** Every 4,000th contract of a region holds more than one page of items, and waits its whole life for a taker. */
export function isMegaPack(sequence: number): boolean {
  return ((sequence % 4000) + 4000) % 4000 === 17;
}

function durationOf(fraction: number): number {
  const duration = DURATIONS.find(({ upTo }) => fraction < upTo);
  return (duration?.days ?? 28) * DAY;
}

function timeUntilTaken(seed: number, regionId: number, sequence: number): number {
  if (fractionOf(seed, regionId, sequence, 6) < NEVER_TAKEN) {
    return LONGEST;
  }
  const fraction = fractionOf(seed, regionId, sequence, 7);
  return Math.ceil((-Math.log(1 - fraction) * MEAN_DAYS_UNTIL_TAKEN * DAY) / 1000) * 1000;
}
