import type { Clock } from './clock.js';

/** Expired stamps are dropped when this many are held. */
const SWEEP_AT = 100_000;

export interface Stamp {
  /** Virtual milliseconds, whole seconds. */
  madeAt: number;
  expiresAt: number;
}

export interface Stamps {
  /** When the cached answer for a key was made; made anew if its life is over. */
  get(key: number): Stamp;
  /** The stamp of the last answer that was given, whether its life is over or not. */
  last(key: number): Stamp | undefined;
}

/** The cache of a route with one entry per id and a fixed lifetime, of which only the times are kept. */
export function createStamps(clock: Clock, lifetimeSeconds: number): Stamps {
  const stamps = new Map<number, Stamp>();

  return {
    get: (key) => {
      const known = stamps.get(key);
      if (known !== undefined && known.expiresAt > clock.now()) {
        return known;
      }
      if (stamps.size >= SWEEP_AT) {
        dropExpired(stamps, clock.now());
      }
      const madeAt = Math.floor(clock.now() / 1000) * 1000;
      const stamp = { madeAt, expiresAt: clock.now() + lifetimeSeconds * 1000 };
      stamps.set(key, stamp);
      return stamp;
    },
    last: (key) => stamps.get(key),
  };
}

function dropExpired(stamps: Map<number, Stamp>, now: number): void {
  for (const [key, stamp] of stamps) {
    if (stamp.expiresAt <= now) {
      stamps.delete(key);
    }
  }
}
